/** The best SQL written by hand that does the same: labels in a Parquet file, the result in one, in label order. */
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { Pool } from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { byHand, featureNames } from "./data.ts";

const options = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)";
const columns = featureNames.map((name) => `r.${name}`).join(", ");
const numbered = (labels: string): string =>
	`(SELECT *, file_row_number AS n FROM read_parquet('${labels}', file_row_number = true))`;

/** ASOF on a struct of event and created time: right, where no two rows share both. */
export const structAsOf = (rows: string, labels: string, result: string): Promise<void> =>
	byHand((run) =>
		run(
			`COPY (SELECT l.id, l.ts, l.y, ${columns} FROM ${numbered(labels)} AS l ASOF LEFT JOIN (SELECT *, {e: event_ts, c: created_ts} AS o FROM '${rows}') AS r ON l.id = r.id AND {e: CAST(l.ts AS TIMESTAMP), c: TIMESTAMP '9999-01-01'} >= r.o ORDER BY l.n) TO '${result}' ${options}`,
		),
	);

/** DuckDB's own ASOF: which of the rows of one time is chosen is left to chance. */
export const plainAsOf = (rows: string, labels: string, result: string): Promise<void> =>
	byHand((run) =>
		run(
			`COPY (SELECT l.id, l.ts, l.y, ${columns} FROM ${numbered(labels)} AS l ASOF LEFT JOIN '${rows}' AS r ON l.id = r.id AND CAST(l.ts AS TIMESTAMP) >= r.event_ts ORDER BY l.n) TO '${result}' ${options}`,
		),
	);

/** Labels sorted and copied into a temporary table, LATERAL over the index, the answers copied out and put into order. */
export async function lateral(pool: Pool, labels: string, result: string): Promise<void> {
	const [sorted, answers] = [`${result}.labels.csv`, `${result}.answers.csv`];
	await byHand((run) =>
		run(
			`COPY (SELECT n, id, CAST(ts AS TIMESTAMP) AS ts FROM ${numbered(labels)} ORDER BY id, ts) TO '${sorted}' (HEADER false)`,
		),
	);
	const client = await pool.connect();
	try {
		await client.query("CREATE TEMP TABLE l (n int8, id int8, ts timestamp)");
		await pipeline(createReadStream(sorted), client.query(copyFrom("COPY l FROM STDIN (FORMAT csv)")));
		const select = `SELECT l.n, x.* FROM l CROSS JOIN LATERAL (SELECT ${columns} FROM rows AS r WHERE r.id = l.id AND r.event_ts <= l.ts ORDER BY r.event_ts DESC, r.created_ts DESC LIMIT 1) AS x`;
		await pipeline(client.query(copyTo(`COPY (${select}) TO STDOUT (FORMAT csv)`)), createWriteStream(answers));
		await client.query("DROP TABLE l");
	} finally {
		client.release();
	}
	const types = [["n", "BIGINT"], ...featureNames.map((name) => [name, "DOUBLE"])]
		.map(([name, type]) => `'${name}': '${type}'`)
		.join(", ");
	await byHand((run) =>
		run(
			`COPY (SELECT l.id, l.ts, l.y, ${columns} FROM ${numbered(labels)} AS l LEFT JOIN read_csv('${answers}', header = false, columns = {${types}}) AS r ON l.n = r.n ORDER BY l.n) TO '${result}' ${options}`,
		),
	);
	await rm(sorted);
	await rm(answers);
}
