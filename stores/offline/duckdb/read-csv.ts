/** CSV files as SQL: an empty field is null, a quoted one is the empty string. */
import { identifier, text } from "../../../core/offline/duckdb/sql-text.ts";
import { fileType } from "../../../core/offline/duckdb/types.ts";
import type { Column } from "../../../core/values/type.ts";
import { exactIntegerSql, placedRefusal } from "./csv-integers.ts";
import type { DuckdbSession } from "./session.ts";

const options = "header = true, allow_quoted_nulls = false";
const zoned = "TIMESTAMP WITH TIME ZONE";
const integers: ReadonlySet<string> = new Set(["INTEGER", "BIGINT"]);

/** The types of all columns by what all of the rows hold: a sample takes 1.5 for 2 where it has only seen integers. */
export async function wholeCsvSql(session: DuckdbSession, list: string): Promise<string> {
	const rows = await session.rows(`DESCRIBE SELECT * FROM read_csv(${list}, ${options}, sample_size = -1)`);
	const columns = rows.map(
		([name, type]) => foundAs(String(name), String(type)) ?? { name: String(name), type: String(type), value: null },
	);
	return readCsv(list, columns);
}

/**
 * To stand behind FROM. `list`: SQL of the list of files; `declared`: types of columns, of which the file may lack some.
 * DuckDB takes what is no instant for null where a column holds instants; here such columns are cast, which refuses. It rounds
 * 1.5 where a column holds integers, or did as far as the sample went: here it refuses as well.
 */
export async function csvSql(session: DuckdbSession, list: string, declared: readonly Column[]): Promise<string> {
	const plain = `read_csv(${list}, ${options})`;
	const rows = await session.rows(`DESCRIBE SELECT * FROM ${plain}`);
	const columns = rows.flatMap(([name, type]) => readAs(String(name), String(type), declared) ?? []);
	const exact = columns.flatMap(({ name, integer }) => (integer === undefined ? [] : [{ name, type: integer }]));
	const readAgain = (types: string): string => `read_csv(${list}, ${options}, types = ${types})`;
	session.explainErrors((error) => placedRefusal(session, error, readAgain, exact));
	return columns.length === 0 ? plain : readCsv(list, columns);
}

function readCsv(list: string, columns: readonly CsvColumn[]): string {
	const types = columns.map(({ name, type }) => `${text(name)}: ${text(type)}`).join(", ");
	const replaced = columns.flatMap(({ name, value }) => (value === null ? [] : [`${value} AS ${identifier(name)}`]));
	const replace = replaced.length === 0 ? "" : ` REPLACE (${replaced.join(", ")})`;
	return `(SELECT *${replace} FROM read_csv(${list}, ${options}, types = {${types}}))`;
}

interface CsvColumn {
	readonly name: string;
	/** The type that the reader is told. */
	readonly type: string;
	/** What its values become then; null: they stay. */
	readonly value: string | null;
	/** The type of integers that its text is looked at for. */
	readonly integer?: string;
}

const asText = (name: string, value: string): CsvColumn => ({ name, type: "VARCHAR", value });

/** A column whose type no one declared. Undefined: as it is found to be. */
const foundAs = (name: string, found: string): CsvColumn | undefined =>
	found === zoned ? asText(name, `CAST(${identifier(name)} AS ${zoned})`) : undefined;

const exactInteger = (name: string, type: string): CsvColumn => ({
	...asText(name, exactIntegerSql(name, type, identifier(name))),
	integer: type,
});

/** Lists are JSON and bytes base64 in a CSV file, as in every FeatureValue. Undefined: as it is found to be. */
function readAs(name: string, found: string, declared: readonly Column[]): CsvColumn | undefined {
	const type = declared.find((column) => column.name === name)?.type;
	if (type === undefined) return integers.has(found) ? exactInteger(name, found) : foundAs(name, found);
	const sql = identifier(name);
	const plain = fileType(type);
	if (type.isArray) {
		const element = fileType({ ...type, isArray: false });
		if (!integers.has(element)) return asText(name, `CAST(CAST(${sql} AS JSON) AS ${plain})`);
		const exact = exactIntegerSql(name, element, "e");
		return asText(name, `list_transform(CAST(CAST(${sql} AS JSON) AS VARCHAR[]), lambda e: ${exact})`);
	}
	if (type.scalar === "BYTES") return asText(name, `from_base64(${sql})`);
	if (type.scalar === "TIMESTAMP") return asText(name, `CAST(${sql} AS ${zoned})`);
	return integers.has(plain) ? exactInteger(name, plain) : { name, type: plain, value: null };
}
