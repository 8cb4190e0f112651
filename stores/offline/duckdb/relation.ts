/** The relation behind a view or a source as SQL: the file, and the steps over it. */
import { globSync, realpathSync, statSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { identifier, text } from "../../../core/offline/duckdb/sql-text.ts";
import { valueTypeOf } from "../../../core/offline/duckdb/types.ts";
import { statementText } from "../../../core/offline/statement-text.ts";
import type { Relation } from "../../../core/ports/offline-engine.ts";
import type { Column } from "../../../core/values/type.ts";
import { duckdbError } from "./errors.ts";
import { csvSql } from "./read-csv.ts";
import { DuckdbSession, type DuckdbSettings } from "./session.ts";
import { checkUserSql } from "./user-sql.ts";

const globCharacters = /[*?[]/;

/** The files of a relation, absolute. Throws UNREADABLE_FILE when there is none. */
export function filesOf({ origin }: Relation): readonly string[] {
	if (origin.kind !== "parquet" && origin.kind !== "csv") {
		throw new FeaturegraphError("UNSUPPORTED", `DuckDB does not read rows of a ${origin.kind} source.`);
	}
	const path = resolve(origin.path);
	const files = globCharacters.test(path) ? globSync(path).sort() : [path];
	if (files.length === 0) throw unreadable(origin.path, "no file matches it");
	for (const file of files) {
		const found = statSync(file, { throwIfNoEntry: false });
		if (found === undefined) throw unreadable(origin.path, "there is no such file");
		if (!found.isFile())
			throw unreadable(origin.path, "it is not a file; name files of a folder as `folder/*.parquet`");
	}
	return files;
}

/**
 * `filesOf`, unless one of them lies outside the folders that sources may be in: UNREADABLE_FILE. Links are followed, and
 * each file is looked at, since a pattern can climb (`{a,..}`) and what it matches changes.
 */
export function readableFilesOf(relation: Relation, { fileRoots = null }: DuckdbSettings): readonly string[] {
	const files = filesOf(relation);
	if (fileRoots === null) return files;
	const folders = fileRoots.filter((root) => statSync(root, { throwIfNoEntry: false }) !== undefined);
	const roots = folders.map((root) => `${realpathSync(root)}${sep}`);
	const isOutside = (file: string): boolean => {
		const path = realpathSync(file);
		return !roots.some((root) => path.startsWith(root));
	};
	if (!files.some(isOutside)) return files;
	throw unreadable(
		"path" in relation.origin ? relation.origin.path : "",
		"it lies outside the folders that file sources may be in",
	);
}

/** As the definition writes it: where it lies on this machine is nobody's business. */
const unreadable = (path: string, reason: string): FeaturegraphError =>
	new FeaturegraphError("UNREADABLE_FILE", `The file ${path} cannot be read: ${reason}.`, { name: path });

/** A session that can read the relation's files and nothing else; `outputs`: files that it may write. */
export async function openFor(
	relation: Relation,
	settings: DuckdbSettings,
	outputs: readonly string[] = [],
): Promise<DuckdbSession> {
	const paths = readableFilesOf(relation, settings);
	// A pattern is read by listing its folder.
	const directories = paths.length > 1 ? [...new Set(paths.map((path) => `${dirname(path)}/`))] : [];
	return DuckdbSession.open(settings, { paths: [...paths, ...outputs], directories });
}

/** SQL to stand behind FROM, its steps checked. Throws INVALID_SQL, UNREADABLE_FILE. */
export async function relationSql(session: DuckdbSession, relation: Relation): Promise<string> {
	const origin = await originSql(session, relation);
	if (relation.steps.length === 0) return origin;
	let sql = `SELECT * FROM ${origin}`;
	for (const { name, owner, sql: written } of relation.steps) {
		await checkUserSql(session, written, owner ?? `"${name}"`, ["source", name]);
		// A CTE that is read twice would be materialised, and no filter would reach the file.
		const alias = name === "source" ? "" : `, ${identifier(name)} AS NOT MATERIALIZED (SELECT * FROM source)`;
		sql = `WITH source AS NOT MATERIALIZED (\n${sql}\n)${alias}\nSELECT * FROM (\n${statementText(written)}\n)`;
	}
	return `(\n${sql}\n)`;
}

async function originSql(session: DuckdbSession, relation: Relation): Promise<string> {
	const files = filesOf(relation);
	const list = `[${files.map(text).join(", ")}]`;
	if (relation.origin.kind === "parquet") return `read_parquet(${list})`;
	return csvSql(session, list, relation.columns ?? []);
}

/** DuckDB type by column. */
export async function describeSql(session: DuckdbSession, sql: string): Promise<ReadonlyMap<string, string>> {
	const rows = await session.rows(`DESCRIBE SELECT * FROM ${sql}`);
	return new Map(rows.map(([name, type]) => [String(name), String(type)]));
}

/** The columns of types that we have. */
export const columnsOf = (types: ReadonlyMap<string, string>): Column[] =>
	[...types].flatMap(([name, duckdbType]) => {
		const type = valueTypeOf(duckdbType);
		return type === null ? [] : [{ name, type }];
	});

/** Runs `work` over a session of its own for the relation; errors come out in the words of the catalogue. */
export async function withRelation<T>(
	relation: Relation,
	settings: DuckdbSettings,
	subject: string,
	work: (session: DuckdbSession, sql: string, types: ReadonlyMap<string, string>) => Promise<T>,
): Promise<T> {
	const session = await openFor(relation, settings);
	try {
		const sql = await relationSql(session, relation);
		return await work(session, sql, await describeSql(session, sql));
	} catch (error) {
		throw duckdbError(error, subject);
	} finally {
		await session.close();
	}
}
