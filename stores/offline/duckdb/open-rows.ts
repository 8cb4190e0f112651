/** Rows of a file or a relation as SQL in a session that can read them and nothing else. */
import { basename } from "node:path";
import { text } from "../../../core/offline/duckdb/sql-text.ts";
import type { FileFormat, FrameSource } from "../../../core/ports/offline-engine.ts";
import { checkDistinctNames } from "../../../core/training/label-names.ts";
import { duckdbError } from "./errors.ts";
import { wholeCsvSql } from "./read-csv.ts";
import { describeSql, openFor, relationSql } from "./relation.ts";
import { DuckdbSession, type DuckdbSettings } from "./session.ts";

/** SQL of a file's rows, to stand behind FROM. LABELS_INVALID where two columns are called alike. */
export async function fileSql(
	session: DuckdbSession,
	path: string,
	format: Exclude<FileFormat, "ARROW">,
): Promise<string> {
	const list = `[${text(path)}]`;
	if (format !== "NDJSON") {
		const names = await writtenNames(session, path, format);
		checkDistinctNames(names.filter((name) => name !== ""));
	}
	if (format === "PARQUET") return `read_parquet(${list})`;
	return format === "CSV" ? wholeCsvSql(session, list) : wholeNdjsonSql(session, list);
}

/** The names of the columns as the file has them: reading it, DuckDB renames the second of two. */
async function writtenNames(session: DuckdbSession, path: string, format: "CSV" | "PARQUET"): Promise<string[]> {
	if (format === "CSV") {
		const lines = `read_csv(${text(path)}, header = false, all_varchar = true, allow_quoted_nulls = false)`;
		const [header = []] = await session.rows(`SELECT * FROM ${lines} LIMIT 1`);
		return header.map((name) => (typeof name === "string" ? name : ""));
	}
	const rows = await session.rows(
		`SELECT name, CAST(coalesce(num_children, 0) AS INTEGER) FROM parquet_schema(${text(path)})`,
	);
	const names: string[] = [];
	// The root comes first, and behind each field all that it is made of.
	let inside = 0;
	for (const [name, children] of rows.slice(1)) {
		if (inside === 0) names.push(String(name));
		else inside--;
		inside += Number(children);
	}
	return names;
}

/** The types by what all of the rows hold: a sample takes 1.5 for 2 where it has only seen integers. */
async function wholeNdjsonSql(session: DuckdbSession, list: string): Promise<string> {
	const options = "format = 'newline_delimited', records = true";
	const rows = await session.rows(`DESCRIBE SELECT * FROM read_json(${list}, ${options}, sample_size = -1)`);
	const columns = rows.map(([name, type]) => `${text(String(name))}: ${text(String(type))}`);
	return `read_json(${list}, ${options}, columns = {${columns.join(", ")}})`;
}

interface OpenedRows {
	readonly session: DuckdbSession;
	readonly relation: string;
	/** DuckDB type by column. */
	readonly types: ReadonlyMap<string, string>;
}

/** `outputs`: files that it may write. Null where DuckDB does not read such rows. Close the session when done. */
export async function openRows(
	source: FrameSource,
	settings: DuckdbSettings,
	outputs: readonly string[],
): Promise<OpenedRows | null> {
	if (source.kind === "relation") {
		const { kind } = source.relation.origin;
		if (kind !== "parquet" && kind !== "csv") return null;
		const session = await openFor(source.relation, settings, outputs);
		return described(session, () => relationSql(session, source.relation), "the label rows");
	}
	const { path, format } = source;
	if (format === "ARROW") return null;
	const session = await DuckdbSession.open(settings, { paths: [path, ...outputs], directories: [] });
	return described(session, () => fileSql(session, path, format), `the file ${basename(path)}`);
}

async function described(
	session: DuckdbSession,
	relationOf: () => Promise<string>,
	subject: string,
): Promise<OpenedRows> {
	try {
		const relation = await relationOf();
		return { session, relation, types: await describeSql(session, relation) };
	} catch (error) {
		await session.close();
		throw duckdbError(error, subject);
	}
}
