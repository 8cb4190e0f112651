import { createHash } from "node:crypto";
import { escapeIdentifier } from "pg";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { deletedColumn, ingestedAtColumn, omittedColumn, seqColumn } from "../../core/offline/view-columns.ts";
import type { LogDefinition } from "../../core/ports/offline-log.ts";
import { columnDefinition, columnType } from "../postgres/column-types.ts";
import type { Database } from "../postgres/database.ts";
import { logTable } from "./append-statement.ts";

const maxNameBytes = 63;

/** Makes the log's table and indexes, or adds the columns that it lacks. Processes that do so at once wait for each other. */
export async function ensureLog({ pool }: Database, log: LogDefinition): Promise<void> {
	for (const { name } of log.columns) {
		if (Buffer.byteLength(name) > maxNameBytes) throw tooLong(name);
	}
	const client = await pool.connect();
	try {
		await client.query("BEGIN");
		await client.query("SELECT pg_advisory_xact_lock(hashtextextended('featuregraph_log.' || $1, 0))", [log.id]);
		await client.query("INSERT INTO featuregraph.logs (id) VALUES ($1) ON CONFLICT DO NOTHING", [log.id]);
		const { rows } = await client.query<{ name: string; type: string }>(
			`SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
			WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`,
			[logTable(log.id)],
		);
		for (const statement of definitionOf(log, new Map(rows.map(({ name, type }) => [name, type])))) {
			await client.query(statement);
		}
		await client.query("COMMIT");
	} catch (error) {
		await client.query("ROLLBACK").catch(() => {});
		throw error;
	} finally {
		client.release();
	}
}

function definitionOf(log: LogDefinition, present: ReadonlyMap<string, string>): string[] {
	const table = logTable(log.id);
	const statements: string[] = [];
	if (present.size === 0) {
		statements.push(
			`CREATE TABLE ${table} (
				${seqColumn} bigint PRIMARY KEY,
				${ingestedAtColumn} timestamptz NOT NULL,
				${deletedColumn} boolean NOT NULL,
				${omittedColumn} text[]
			)`,
			// Rows lie in the order in which they were taken in: a small index that leads to the right pages.
			`CREATE INDEX ON ${table} USING brin (${ingestedAtColumn}) WITH (autosummarize = on, pages_per_range = 32)`,
		);
	} else if (!present.has(omittedColumn)) statements.push(`ALTER TABLE ${table} ADD COLUMN ${omittedColumn} text[]`);
	const missing = log.columns.filter(({ name, type }) => {
		const found = present.get(name);
		if (found !== undefined && found !== columnType(type)) throw otherType(log, name, found, columnType(type));
		return found === undefined;
	});
	if (missing.length > 0) {
		const added = missing.map(({ name, type }) => `ADD COLUMN ${escapeIdentifier(name)} ${columnDefinition(type)}`);
		statements.push(`ALTER TABLE ${table} ${added.join(", ")}`);
	}
	const keys = log.index.filter((name) => name !== log.eventTime).map(escapeIdentifier);
	const order = [...keys, `${escapeIdentifier(log.eventTime)} DESC`, `${seqColumn} DESC`].join(", ");
	const suffix = createHash("sha256").update(order).digest("hex").slice(0, 12);
	statements.push(`CREATE INDEX IF NOT EXISTS ${escapeIdentifier(`${log.id}_${suffix}`)} ON ${table} (${order})`);
	return statements;
}

const tooLong = (name: string): FeaturegraphError =>
	new FeaturegraphError("INVALID_NAME", `The column name "${name}" is longer than ${maxNameBytes} bytes.`, {
		name,
		hint: "Give it a shorter one.",
	});

const otherType = (log: LogDefinition, name: string, found: string, wanted: string): FeaturegraphError =>
	new FeaturegraphError(
		"DEFINITION_INVALID",
		`The column "${name}" of the rows pushed so far (${log.id}) is ${found}; it cannot become ${wanted}.`,
		{ name, hint: "Pushed rows are kept as they came: give the new column another name." },
	);
