CREATE TABLE "featuregraph"."unpinned_versions" (
	"view_version_id" integer PRIMARY KEY NOT NULL,
	"since" timestamp with time zone,
	"dropped_at" timestamp with time zone,
	"cleared_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "featuregraph"."unpinned_versions" ADD CONSTRAINT "unpinned_versions_view_version_id_definition_versions_id_fk" FOREIGN KEY ("view_version_id") REFERENCES "featuregraph"."definition_versions"("id") ON DELETE no action ON UPDATE no action;