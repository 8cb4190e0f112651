-- Tables of pushed rows, one per log, made when a definition first needs them.
CREATE SCHEMA "featuregraph_log";
--> statement-breakpoint
CREATE FUNCTION "featuregraph"."refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'rows of %.% are never changed', TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;
--> statement-breakpoint
CREATE TRIGGER "append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "featuregraph"."audit_log"
	FOR EACH STATEMENT EXECUTE FUNCTION "featuregraph"."refuse_change"();
--> statement-breakpoint
CREATE TRIGGER "immutable" BEFORE UPDATE OR DELETE ON "featuregraph"."model_versions"
	FOR EACH ROW EXECUTE FUNCTION "featuregraph"."refuse_change"();
--> statement-breakpoint
CREATE TRIGGER "immutable" BEFORE UPDATE OR DELETE ON "featuregraph"."registry_versions"
	FOR EACH ROW EXECUTE FUNCTION "featuregraph"."refuse_change"();
--> statement-breakpoint
CREATE TRIGGER "undeletable" BEFORE DELETE ON "featuregraph"."definition_versions"
	FOR EACH ROW EXECUTE FUNCTION "featuregraph"."refuse_change"();
--> statement-breakpoint
-- Only `online_since` may be set, once.
CREATE TRIGGER "immutable" BEFORE UPDATE ON "featuregraph"."definition_versions"
	FOR EACH ROW WHEN (
		OLD.online_since IS NOT NULL
		OR (OLD.id, OLD.definition_id, OLD.version, OLD.hash, OLD.body, OLD.created_at, OLD.created_by)
			IS DISTINCT FROM (NEW.id, NEW.definition_id, NEW.version, NEW.hash, NEW.body, NEW.created_at, NEW.created_by)
	)
	EXECUTE FUNCTION "featuregraph"."refuse_change"();
