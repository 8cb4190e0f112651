/** The result of a join: label columns beside what each read chose, in label order. */
import type { JoinOutput, JoinRead } from "../../ports/feature-join.ts";
import type { Micros } from "../../values/value.ts";
import { labelRow } from "./own-columns.ts";
import { chosenColumn } from "./point-in-time.ts";
import { bigint, identifier } from "./sql-text.ts";

/** Where the answers to a read lie. */
export interface AnsweredRead {
	/** Table of what was chosen: `id`, `l`, `ts`, `e`, `d` where rows can be deleted, and the features. */
	readonly table: string;
	readonly lookup: number;
	/** Position of the view among those of its scan. */
	readonly view: number;
	/** Position of each of the read's features among those of the scan. */
	readonly positions: ReadonlyMap<string, number>;
	readonly ttl: Micros | null;
	readonly hasDeleted: boolean;
	/** Table of rows older than what was read, where a ttl bounds that and somebody asks for it. */
	readonly older: string | null;
}

/** SQL of each output as a plain value, by `joinedFrom`. */
export function outputSql(output: JoinOutput, reads: readonly JoinRead[], answered: readonly AnsweredRead[]): string {
	if (output.kind === "label") return `labels.${identifier(output.column)}`;
	const read = reads[output.read];
	const answer = answered[output.read];
	if (read === undefined || answer === undefined) throw new Error(`There is no read ${output.read}.`);
	const a = `a${output.read}`;
	const o = `o${output.read}`;
	const gone = answer.hasDeleted ? `${a}.d` : null;
	const expired = answer.ttl === null ? null : `${a}.e < ${a}.ts - ${bigint(answer.ttl)}`;
	const olderStands = answer.hasDeleted ? `NOT ${o}.d` : `${o}.id IS NOT NULL`;
	switch (output.kind) {
		case "feature": {
			const column = `${a}.${chosenColumn(answer.view, answer.positions.get(output.feature) ?? -1)}`;
			const absent = [gone, expired].filter((condition) => condition !== null);
			return absent.length === 0 ? column : `CASE WHEN NOT (${absent.join(" OR ")}) THEN ${column} END`;
		}
		case "eventTime": {
			const newest = gone === null ? `${a}.e` : `CASE WHEN NOT ${gone} THEN ${a}.e END`;
			if (answer.older === null) return newest;
			return `CASE WHEN ${a}.id IS NOT NULL THEN ${newest} WHEN ${olderStands} THEN ${o}.e END`;
		}
		case "status": {
			const cases = [
				`WHEN ${a}.id IS NULL THEN ${answer.older === null ? "'NOT_FOUND'" : `CASE WHEN ${olderStands} THEN 'OUTSIDE_MAX_AGE' ELSE 'NOT_FOUND' END`}`,
			];
			if (gone !== null) cases.push(`WHEN ${gone} THEN 'NOT_FOUND'`);
			if (expired !== null) cases.push(`WHEN ${expired} THEN 'OUTSIDE_MAX_AGE'`);
			return `CASE ${cases.join(" ")} ELSE 'PRESENT' END`;
		}
	}
}

/** The reads that an output needs, joined to the labels, to stand behind the outputs. */
export function joinedFrom(outputs: readonly JoinOutput[], answered: readonly AnsweredRead[]): string {
	const needed = [...new Set(outputs.flatMap((output) => (output.kind === "label" ? [] : [output.read])))];
	const joins = needed.flatMap((read) => {
		const { table, lookup, older } = answered[read] as AnsweredRead;
		const join = (from: string, alias: string): string =>
			`LEFT JOIN ${from} AS ${alias} ON ${alias}.id = labels.${labelRow} AND ${alias}.l = ${lookup}`;
		return older === null ? [join(table, `a${read}`)] : [join(table, `a${read}`), join(older, `o${read}`)];
	});
	return ["FROM labels", ...joins, `ORDER BY labels.${labelRow}`].join("\n");
}
