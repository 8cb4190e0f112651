/**
 * The as-of join of labels with the rows of one scan, in steps. First the event time that each label reads, over keys and
 * times alone: nothing wide is sorted. Then the rows of these times, with the wanted columns. Where several rows share
 * a time, those labels alone are answered again, by the whole order of rule 3.
 *
 * Labels lie in the relation `labels` (`__row` and their columns, plain). Tables of a scan begin with its name; `id` is
 * the label's row, `l` the look-up.
 */
import type { Known } from "../../ports/offline-engine.ts";
import type { Micros } from "../../values/value.ts";
import type { RowOrder } from "./order.ts";
import { labelRow } from "./own-columns.ts";
import { type DuckdbView, keyNames, type RowBounds } from "./rows.ts";
import { bigint, identifier } from "./sql-text.ts";
import { delayOf, hasOwnVisibility, visibleFrom } from "./visibility.ts";

/** One view among those that share a scan. */
export interface ScanView {
	readonly order: RowOrder;
	/** The wanted features, as positions among those of the scan. */
	readonly wanted: readonly number[];
}

/** Views that read the same rows by the same keys: one pass answers all of them. */
export interface Scan {
	readonly name: string;
	/** Has the features of all its views. */
	readonly target: DuckdbView;
	readonly views: readonly ScanView[];
	/** For each look-up, the label column of each key. */
	readonly lookups: readonly (readonly string[])[];
	readonly timestampColumn: string;
	readonly known: Known;
	/** Whether rows say when they were taken in. */
	readonly tellsTakenIn: boolean;
	/** SELECT of the normalised rows within the bounds. */
	rows(bounds: RowBounds): string;
}

/** Column of a chosen row that holds a feature of a view. */
export const chosenColumn = (view: number, feature: number): string => `x${view}_${feature}`;

/** What is asked, and by whom. */
interface TimesQuestion {
	readonly scan: Scan;
	/** Relation of `id`, `l`, the keys and `ts`. */
	readonly asks: string;
	readonly from: Micros | null;
	readonly to: Micros | null;
}

interface Question extends TimesQuestion {
	/** Table of the answers. */
	readonly into: string;
	readonly withFeatures: boolean;
}

/** Relation of what a scan asks. */
export const asksOf = ({ name }: Pick<Scan, "name">): string => `${name}_asks`;

/** Table of the times of which the answers in `into` are. */
const timesOf = (into: string): string => `${into}_times`;

/** Statements in the order of their use. */
export interface ChoosePlan {
	/** Make the tables of the times and of the rows that were found. */
	readonly choose: readonly [times: string, rows: string];
	/** Yields two counts: they differ where rows share a time. */
	readonly countTies: string;
	/** To be run where they do. */
	readonly breakTies: readonly string[];
	/** Drops what is no longer needed. */
	readonly finish: readonly string[];
}

/** Makes the relation of what the look-ups ask. Nulls are never found. */
export function asksSql({
	name,
	lookups,
	timestampColumn,
}: Pick<Scan, "name" | "lookups" | "timestampColumn">): string {
	const selects = lookups.map((columns, l) => {
		const keys = columns.map((_, k) => `${identifier(columns[k] ?? "")} AS k${k}, `).join("");
		const present = [...columns, timestampColumn].map((column) => `${identifier(column)} IS NOT NULL`).join(" AND ");
		return `SELECT ${labelRow} AS id, CAST(${l} AS UTINYINT) AS l, ${keys}${identifier(timestampColumn)} AS ts FROM labels WHERE ${present}`;
	});
	return `CREATE VIEW ${asksOf({ name })} AS\n${selects.join("\nUNION ALL\n")}`;
}

/** The newest visible row within [from, to] for all that the scan asks, into the table of its name. */
export const choosePlan = (scan: Scan, from: Micros | null, to: Micros | null): ChoosePlan =>
	answer({ scan, asks: asksOf(scan), into: scan.name, from, to, withFeatures: true });

/** The times alone of all that the scan asks, as `choosePlan` would find them: `id`, `l`, the keys, `ts` and `e`. */
export const askedTimes = (scan: Scan, from: Micros | null, to: Micros | null): string =>
	readTimes({ scan, asks: asksOf(scan), from, to });

/** Makes the table of the times from `times`, which were found before for these labels and others: those within the bounds. */
export const keptTimes = (scan: Pick<Scan, "name">, times: string, from: Micros | null): string =>
	`CREATE TABLE ${timesOf(scan.name)} AS\nFROM (${times})${from === null ? "" : ` WHERE e >= ${bigint(from)}`}`;

/** A label without a row in the window may have an older one, which makes it OUTSIDE_MAX_AGE. */
export interface OlderPlan extends ChoosePlan {
	/** Makes the table of what was missed, to be counted as `countMisses` does. */
	readonly findMisses: string;
	readonly countMisses: string;
	/** To be run where nothing was missed. */
	readonly none: string;
}

/** The newest visible row before `oldest`, for misses alone: `id`, `l`, `ts`, `e` (and `d`), into the table `…_older`. */
export function olderPlan(scan: Scan, oldest: Micros): OlderPlan {
	const { name, target } = scan;
	const missed = `${name}_missed`;
	const into = `${name}_older`;
	const deleted = target.has.log ? ", d" : "";
	return {
		findMisses: `CREATE TABLE ${missed} AS\nSELECT * FROM ${asksOf(scan)} ANTI JOIN ${name} USING (id, l)`,
		countMisses: `SELECT count(*) FROM ${missed}`,
		none: `CREATE TABLE ${into} AS SELECT id, l, ts, e${deleted} FROM ${name} WHERE false`,
		...answer({ scan, asks: missed, into, from: null, to: oldest - 1n, withFeatures: false }),
	};
}

function answer(question: Question): ChoosePlan {
	const { scan, into } = question;
	const times = timesOf(into);
	return {
		choose: [timesSql(question, times), chosenSql(question, times)],
		countTies: `SELECT (SELECT count(*) FROM ${into}), (SELECT count(*) FROM ${times})`,
		breakTies: tieSql(question, times),
		finish: [`DROP TABLE ${times}`, ...(scan.name === into ? [] : [`DROP TABLE ${question.asks}`])],
	};
}

const timesSql = (question: Question, times: string): string => `CREATE TABLE ${times} AS\n${readTimes(question)}`;

/** The asks with `e`, the event time that they read. */
function readTimes(question: TimesQuestion): string {
	const { scan, asks } = question;
	const { target, known } = scan;
	const keys = keyNames(target.view.joinKeys);
	const by = keys.join(", ");
	const on = keys.map((key) => `l.${key} = v.${key}`).join(" AND ");
	const rows = rowsOf(question);
	if (!hasOwnVisibility(target, known)) {
		const delay = delayOf(target);
		const until = delay === 0n ? "l.ts" : `l.ts - ${bigint(delay)}`;
		return (
			`SELECT l.*, v.e FROM ${asks} AS l\n` +
			`ASOF JOIN (SELECT ${by}, e FROM (\n${rows}\n)) AS v\nON ${on} AND ${until} >= v.e`
		);
	}
	// At each instant at which a row became visible, the greatest event time so far; rows of one instant are peers.
	const takenIn = known.kind === "atLabelTime";
	const counted = takenIn ? " WHERE i IS NOT NULL" : "";
	return (
		`SELECT l.*, v.e FROM ${asks} AS l\nASOF JOIN (\n` +
		`SELECT ${by}, v, max(e) OVER (PARTITION BY ${by} ORDER BY v) AS e FROM (\n` +
		`SELECT ${by}, ${visibleFrom(target, takenIn)} AS v, e FROM (\n${rows}\n)${counted}\n) SEMI JOIN ${asks} USING (${by})\n` +
		`) AS v\nON ${on} AND l.ts >= v.v`
	);
}

/** The visible rows of the times that were found: one for each ask, unless rows share a time. */
function chosenSql(question: Question, times: string): string {
	const { scan, into } = question;
	const { target, views, tellsTakenIn } = scan;
	const columns = ["e"];
	if (target.has.log) columns.push("d");
	if (question.withFeatures && tellsTakenIn) columns.push("i");
	const outputs = ["t.id", "t.l", "t.ts", ...columns.map((name) => `r.${name}`)];
	if (question.withFeatures) {
		views.forEach(({ wanted }, v) => outputs.push(...wanted.map((f) => `r.f${f} AS ${chosenColumn(v, f)}`)));
	}
	return `CREATE TABLE ${into} AS\nSELECT ${outputs.join(", ")} FROM ${times} AS t\n${rowsAt(question)}`;
}

/** Joins the rows `r` of the times `t`. */
function rowsAt(question: Question): string {
	const { target, known } = question.scan;
	const own = hasOwnVisibility(target, known);
	const takenIn = known.kind === "atLabelTime";
	const on = [...keyNames(target.view.joinKeys), "e"].map((name) => `t.${name} = r.${name}`).join(" AND ");
	const rows = rowsOf(question);
	if (!own) return `JOIN (\n${rows}\n) AS r ON ${on}`;
	const visible = `SELECT *, ${visibleFrom(target, takenIn)} AS v FROM (\n${rows}\n)${takenIn ? " WHERE i IS NOT NULL" : ""}`;
	return `JOIN (${visible}) AS r ON ${on} AND r.v <= t.ts`;
}

/** Asks with several rows get the greatest of them, for each view by its own columns. */
function tieSql(question: Question, times: string): string[] {
	const { scan, into, withFeatures } = question;
	const { target, views, tellsTakenIn } = scan;
	const orders = withFeatures ? views : views.slice(0, 1);
	const best = orders.map(({ order }, v) => `max(${aliased(order.struct)}) AS r${v}`);
	const first = orders[0]?.order ?? target.order;
	const outputs = ["id", "l", "ts", "r0.e AS e"];
	if (target.has.log) outputs.push(`${first.field("r0", "d")} AS d`);
	if (withFeatures && tellsTakenIn) outputs.push("i");
	if (withFeatures) {
		views.forEach(({ wanted, order }, v) =>
			outputs.push(...wanted.map((f) => `${order.field(`r${v}`, `f${f}`)} AS ${chosenColumn(v, f)}`)),
		);
	}
	return [
		`CREATE TABLE ${into}_tied AS SELECT id, l FROM ${into} GROUP BY id, l HAVING count(*) > 1`,
		`CREATE TABLE ${into}_best AS\nSELECT t.id, t.l, any_value(t.ts) AS ts, max(r.i) AS i, ${best.join(", ")}\n` +
			`FROM (FROM ${times} SEMI JOIN ${into}_tied USING (id, l)) AS t\n${rowsAt(question)}\nGROUP BY t.id, t.l`,
		`CREATE TABLE ${into}_single AS\nSELECT * FROM ${into} ANTI JOIN ${into}_tied USING (id, l)\nUNION ALL BY NAME\n` +
			`SELECT ${outputs.join(", ")} FROM ${into}_best`,
		...["", "_tied", "_best"].map((suffix) => `DROP TABLE ${into}${suffix}`),
		`ALTER TABLE ${into}_single RENAME TO ${into}`,
	];
}

/** The struct's columns stand beside those of the asks, which have some of the same names. */
const aliased = (struct: string): string => struct.replace("{e: e,", "{e: r.e,");

const rowsOf = ({ scan, from, to }: TimesQuestion): string => scan.rows({ from, to, known: scan.known });
