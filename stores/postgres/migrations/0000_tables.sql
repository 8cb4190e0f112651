CREATE SCHEMA "featuregraph";
--> statement-breakpoint
CREATE TABLE "featuregraph"."audit_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "featuregraph"."audit_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone NOT NULL,
	"principal" text NOT NULL,
	"project" text,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"details" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "featuregraph"."idempotency_keys" (
	"project" text NOT NULL,
	"mutation" text NOT NULL,
	"key" text NOT NULL,
	"payload" jsonb,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_project_mutation_key_pk" PRIMARY KEY("project","mutation","key")
);
--> statement-breakpoint
CREATE TABLE "featuregraph"."model_versions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "featuregraph"."model_versions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"model_id" bigint NOT NULL,
	"version" integer NOT NULL,
	"description" text,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"artifact_uri" text,
	"service_version_id" integer,
	"training_set_id" uuid,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" text,
	CONSTRAINT "model_versions_model_id_version_unique" UNIQUE("model_id","version")
);
--> statement-breakpoint
CREATE TABLE "featuregraph"."models" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "featuregraph"."models_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"project_id" integer NOT NULL,
	"name" text NOT NULL,
	"description" text,
	"tags" text[] DEFAULT '{}' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "models_project_id_name_unique" UNIQUE("project_id","name")
);
--> statement-breakpoint
CREATE TABLE "featuregraph"."alert_events" (
	"sequence" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "featuregraph"."alert_events_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"alert_id" uuid NOT NULL,
	"project_id" integer NOT NULL,
	"from_state" text,
	"to_state" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"alert" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "featuregraph"."alerts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" integer NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"severity" text NOT NULL,
	"view" text NOT NULL,
	"view_version_id" integer NOT NULL,
	"feature" text,
	"fingerprint" text NOT NULL,
	"message" text NOT NULL,
	"value" double precision,
	"threshold" double precision,
	"started_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"acknowledged_by" text,
	"note" text,
	"resolved_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "featuregraph"."served_times" (
	"view_version_id" integer PRIMARY KEY NOT NULL,
	"event_time" timestamp with time zone NOT NULL,
	"served_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "featuregraph"."handovers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "featuregraph"."handovers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"log" text NOT NULL,
	"first_seq" bigint NOT NULL,
	"last_seq" bigint NOT NULL,
	"due_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "featuregraph"."log_batches" (
	"run_id" uuid NOT NULL,
	"number" integer NOT NULL,
	CONSTRAINT "log_batches_run_id_number_pk" PRIMARY KEY("run_id","number")
);
--> statement-breakpoint
CREATE TABLE "featuregraph"."logs" (
	"id" text PRIMARY KEY NOT NULL,
	"last_seq" bigint DEFAULT 0 NOT NULL,
	"last_ingested_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "featuregraph"."definition_versions" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "featuregraph"."definition_versions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"definition_id" integer NOT NULL,
	"version" integer NOT NULL,
	"hash" text NOT NULL,
	"body" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" text,
	"online_since" timestamp with time zone,
	CONSTRAINT "definition_versions_definition_id_version_unique" UNIQUE("definition_id","version"),
	CONSTRAINT "definition_versions_definition_id_hash_unique" UNIQUE("definition_id","hash")
);
--> statement-breakpoint
CREATE TABLE "featuregraph"."definitions" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "featuregraph"."definitions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"project_id" integer NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"current_version_id" integer,
	"governance" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "definitions_project_id_kind_name_unique" UNIQUE("project_id","kind","name")
);
--> statement-breakpoint
CREATE TABLE "featuregraph"."projects" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "featuregraph"."projects_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"description" text,
	"registry_version" integer DEFAULT 0 NOT NULL,
	"revision" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "projects_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "featuregraph"."registry_versions" (
	"project_id" integer NOT NULL,
	"version" integer NOT NULL,
	"plan_hash" text NOT NULL,
	"files" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" text,
	CONSTRAINT "registry_versions_project_id_version_pk" PRIMARY KEY("project_id","version")
);
--> statement-breakpoint
CREATE TABLE "featuregraph"."runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" integer NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"request" jsonb NOT NULL,
	"checkpoint" jsonb,
	"progress" double precision DEFAULT 0 NOT NULL,
	"rows_read" bigint DEFAULT 0 NOT NULL,
	"rows_written" bigint DEFAULT 0 NOT NULL,
	"failure" jsonb,
	"cancel_requested" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" text NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "featuregraph"."watermarks" (
	"view_version_id" integer PRIMARY KEY NOT NULL,
	"known_until" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "featuregraph"."training_sets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text,
	"format" text NOT NULL,
	"log_positions" jsonb NOT NULL,
	"row_count" bigint,
	"byte_count" bigint,
	"content_hash" text,
	"provenance" jsonb,
	"reproduction_of" uuid,
	"comparison" jsonb,
	"leakage" jsonb
);
--> statement-breakpoint
CREATE TABLE "featuregraph"."uploads" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" integer NOT NULL,
	"format" text NOT NULL,
	"byte_count" bigint,
	"received_at" timestamp with time zone,
	"used_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "featuregraph"."model_versions" ADD CONSTRAINT "model_versions_model_id_models_id_fk" FOREIGN KEY ("model_id") REFERENCES "featuregraph"."models"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "featuregraph"."model_versions" ADD CONSTRAINT "model_versions_service_version_id_definition_versions_id_fk" FOREIGN KEY ("service_version_id") REFERENCES "featuregraph"."definition_versions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "featuregraph"."model_versions" ADD CONSTRAINT "model_versions_training_set_id_training_sets_id_fk" FOREIGN KEY ("training_set_id") REFERENCES "featuregraph"."training_sets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "featuregraph"."models" ADD CONSTRAINT "models_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "featuregraph"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "featuregraph"."alert_events" ADD CONSTRAINT "alert_events_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "featuregraph"."alerts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "featuregraph"."alert_events" ADD CONSTRAINT "alert_events_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "featuregraph"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "featuregraph"."alerts" ADD CONSTRAINT "alerts_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "featuregraph"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "featuregraph"."alerts" ADD CONSTRAINT "alerts_view_version_id_definition_versions_id_fk" FOREIGN KEY ("view_version_id") REFERENCES "featuregraph"."definition_versions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "featuregraph"."served_times" ADD CONSTRAINT "served_times_view_version_id_definition_versions_id_fk" FOREIGN KEY ("view_version_id") REFERENCES "featuregraph"."definition_versions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "featuregraph"."handovers" ADD CONSTRAINT "handovers_log_logs_id_fk" FOREIGN KEY ("log") REFERENCES "featuregraph"."logs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "featuregraph"."log_batches" ADD CONSTRAINT "log_batches_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "featuregraph"."runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "featuregraph"."definition_versions" ADD CONSTRAINT "definition_versions_definition_id_definitions_id_fk" FOREIGN KEY ("definition_id") REFERENCES "featuregraph"."definitions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "featuregraph"."definitions" ADD CONSTRAINT "definitions_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "featuregraph"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "featuregraph"."definitions" ADD CONSTRAINT "definitions_current_version_id_definition_versions_id_fk" FOREIGN KEY ("current_version_id") REFERENCES "featuregraph"."definition_versions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "featuregraph"."registry_versions" ADD CONSTRAINT "registry_versions_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "featuregraph"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "featuregraph"."runs" ADD CONSTRAINT "runs_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "featuregraph"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "featuregraph"."watermarks" ADD CONSTRAINT "watermarks_view_version_id_definition_versions_id_fk" FOREIGN KEY ("view_version_id") REFERENCES "featuregraph"."definition_versions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "featuregraph"."training_sets" ADD CONSTRAINT "training_sets_id_runs_id_fk" FOREIGN KEY ("id") REFERENCES "featuregraph"."runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "featuregraph"."training_sets" ADD CONSTRAINT "training_sets_reproduction_of_training_sets_id_fk" FOREIGN KEY ("reproduction_of") REFERENCES "featuregraph"."training_sets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "featuregraph"."uploads" ADD CONSTRAINT "uploads_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "featuregraph"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_log_project_id_index" ON "featuregraph"."audit_log" USING btree ("project","id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_created_at_index" ON "featuregraph"."idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "model_versions_service_version_id_id_index" ON "featuregraph"."model_versions" USING btree ("service_version_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "alert_events_of_project" ON "featuregraph"."alert_events" USING btree ("project_id","sequence");--> statement-breakpoint
CREATE INDEX "alert_events_at_index" ON "featuregraph"."alert_events" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "open_alert" ON "featuregraph"."alerts" USING btree ("project_id","fingerprint") WHERE "featuregraph"."alerts"."state" <> 'RESOLVED';--> statement-breakpoint
CREATE INDEX "alerts_of_project" ON "featuregraph"."alerts" USING btree ("project_id","started_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "handovers_due_at_id_index" ON "featuregraph"."handovers" USING btree ("due_at","id");--> statement-breakpoint
CREATE INDEX "runs_of_project" ON "featuregraph"."runs" USING btree ("project_id","kind","created_at" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "unfinished_runs" ON "featuregraph"."runs" USING btree ("created_at") WHERE "featuregraph"."runs"."state" in ('QUEUED', 'RUNNING');--> statement-breakpoint
CREATE INDEX "unused_uploads" ON "featuregraph"."uploads" USING btree ("created_at") WHERE "featuregraph"."uploads"."used_at" is null;