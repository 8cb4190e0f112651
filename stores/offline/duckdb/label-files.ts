/** Where a CSV file stops being what its first rows look like: each value is read as text and tried, in one pass. And lines that are no JSON. */
import { identifier, text } from "../../../core/offline/duckdb/sql-text.ts";
import type { BadValue, LabelFiles } from "../../../core/ports/label-files.ts";
import { firstBadJsonLine } from "../bad-json-line.ts";
import { duckdbError } from "./errors.ts";
import { DuckdbSession, type DuckdbSettings } from "./session.ts";

const options = "header = true, allow_quoted_nulls = false";

export function duckdbLabelFiles(settings: DuckdbSettings): LabelFiles {
	return {
		async firstBadValue(path, format, signal) {
			if (format === "NDJSON") return badLine(path, signal);
			if (format !== "CSV") return null;
			const session = await DuckdbSession.open(settings, { paths: [path], directories: [] });
			const stop = session.interruptOn(signal);
			try {
				signal.throwIfAborted();
				const list = `[${text(path)}]`;
				const described = await session.rows(`DESCRIBE SELECT * FROM read_csv(${list}, ${options})`);
				const columns = described.map(([name, type]) => ({ name: String(name), type: String(type) }));
				const tried = columns.filter(({ type }) => type !== "VARCHAR");
				if (tried.length === 0) return null;
				const isBad = tried.map(({ name, type }) => {
					const sql = identifier(name);
					return `(${sql} IS NOT NULL AND TRY_CAST(${sql} AS ${type}) IS NULL)`;
				});
				const rows = `(SELECT row_number() OVER () - 1 AS "row number", * FROM read_csv(${list}, ${options}, all_varchar = true))`;
				const [found] = await session.rows(
					`SELECT "row number", ${tried.map(({ name }) => identifier(name)).join(", ")}, ${isBad.join(", ")} ` +
						`FROM ${rows} WHERE ${isBad.join(" OR ")} ORDER BY 1 LIMIT 1`,
				);
				if (found === undefined) return null;
				const at = found.indexOf(true, 1 + tried.length) - 1 - tried.length;
				const { name: column, type } = tried[at] ?? { name: "", type: "" };
				return { row: Number(found[0]), line: null, column, value: String(found[1 + at]), type };
			} catch (error) {
				throw duckdbError(error, "the label rows", signal);
			} finally {
				stop();
				await session.close();
			}
		},
	};
}

async function badLine(path: string, signal: AbortSignal): Promise<BadValue | null> {
	const bad = await firstBadJsonLine(path, signal);
	return bad === null ? null : { row: bad.row, line: bad.line, column: null, value: bad.text, type: "JSON object" };
}
