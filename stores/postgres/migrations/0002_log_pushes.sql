CREATE TABLE "featuregraph"."log_pushes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"taken_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "log_pushes_taken_at_index" ON "featuregraph"."log_pushes" USING btree ("taken_at");