/** Answers a scan in the database where its rows lie: labels travel there sorted, what they chose comes back. */
import { chosenColumn } from "../../../core/offline/duckdb/point-in-time.ts";
import { keyNames } from "../../../core/offline/duckdb/rows.ts";
import { type AskedLabels, askedLabels, pointInTimeSql } from "../../../core/offline/postgres/point-in-time.ts";
import type { PostgresView } from "../../../core/offline/postgres/rows.ts";
import { positionOf, type ScanGroup } from "../../../core/offline/scan-groups.ts";
import type { Known, LogPositions, OfflineView } from "../../../core/ports/offline-engine.ts";
import { type Column, scalar, type ValueType } from "../../../core/values/type.ts";
import type { ColumnBatch, Micros, Value } from "../../../core/values/value.ts";
import { formatArrayText, formatPlainArrayText } from "../../postgres/array-text.ts";
import type { DuckdbSession } from "../duckdb/session.ts";
import type { PostgresAccess } from "../postgres/access.ts";
import { postgresError } from "../postgres/errors.ts";
import { PostgresSession } from "../postgres/session.ts";
import { toText } from "../postgres/text-values.ts";
import type { Answered } from "./answer.ts";

/** Labels that are looked up by one statement. */
const chunkRows = 25_000;
/** From so many labels on, several connections look up at once. */
const fewestShared = 50_000;
const mostConnections = 4;

const int64 = scalar("INT64");
const timestamp = scalar("TIMESTAMP");

export interface LookupRequest {
	readonly known: Known;
	readonly positions: LogPositions | null;
	readonly upTo: Micros | null;
	readonly signal: AbortSignal;
	readonly tellsTakenIn: boolean;
}

/** The asks of the scan are in the session already, as `NAME_asks`. */
export async function lookUpInPostgres(
	session: DuckdbSession,
	access: PostgresAccess,
	name: string,
	group: ScanGroup,
	request: LookupRequest,
): Promise<Answered> {
	const { merged } = group;
	const subject = `the view "${merged.name}"`;
	const { known, positions, upTo, signal } = request;
	return access.once(
		merged.relation,
		subject,
		signal,
		async (first) => {
			const { target, isStored } = await access.openIndexed(first, merged, { known, positions }, upTo);
			const [asked] = await session.rows(`SELECT count(*) FROM ${name}_asks`);
			const isLarge = (asked?.[0] as bigint) >= BigInt(fewestShared);
			// A temporary table is seen by its own connection alone.
			const others = isLarge && !isStored ? await openOthers(access, first, merged, signal) : [];
			try {
				const columns = chosenColumns(group, request.tellsTakenIn);
				await session.createTable(name, columns);
				const wanted = [...new Set(group.wanted.flat())].sort((a, b) => a - b);
				const find = (database: PostgresSession, labels: AskedLabels) =>
					database.copy(pointInTimeSql(target, wanted, known, labels, true), outputTypes(merged, wanted));
				const answers = inTurns([first, ...others], asks(session, `${name}_asks`, merged.joinKeys), find);
				await session.append(name, columns, arranged(answers, group, wanted, request.tellsTakenIn));
				await breakTies(session, first, target, name, group, request);
			} catch (error) {
				throw postgresError(error, subject, signal);
			} finally {
				await Promise.all(others.map((other) => other.close()));
			}
			return { table: name, hasDeleted: true, tellsTakenIn: request.tellsTakenIn, older: null };
		},
		access.prepareLog(merged, upTo, signal),
	);
}

/** Connections that see what the first one sees, as far as the pool can spare them. */
async function openOthers(
	access: PostgresAccess,
	first: PostgresSession,
	view: OfflineView,
	signal: AbortSignal,
): Promise<PostgresSession[]> {
	const pool = access.poolOf(view.relation);
	const spare = Math.floor(pool.options.max / 2) - (pool.totalCount - pool.idleCount) - pool.waitingCount;
	const count = Math.min(mostConnections - 1, spare);
	if (count <= 0) return [];
	const snapshot = await first.exportSnapshot();
	const opened: PostgresSession[] = [];
	try {
		for (let n = 0; n < count; n++) {
			const session = await PostgresSession.open(pool, access.limits, signal);
			opened.push(session);
			await session.beginIn(snapshot, access.searchPath(view.relation));
		}
		return opened;
	} catch (error) {
		await Promise.all(opened.map((session) => session.close()));
		throw error;
	}
}

/** What is asked in one statement: whose rows they are, and the labels as SQL. */
interface Asks {
	readonly ids: readonly Value[];
	readonly lookups: readonly Value[];
	readonly times: readonly Value[];
	readonly labels: AskedLabels;
}

interface Answers {
	readonly asks: Asks;
	/** `n`, `e`, `d`, `i` and the features. */
	readonly rows: ColumnBatch;
}

/** Sorted by key and time: neighbours find their rows on the same pages. */
async function* asks(session: DuckdbSession, from: string, keys: readonly Column[]): AsyncGenerator<Asks> {
	const names = keyNames(keys);
	const types = [int64, scalar("INT32"), timestamp, ...keys.map(({ type }) => type)];
	const by = [...names, "ts"].join(", ");
	const sorted = session.streamApart(`SELECT id, l, ts, ${names.join(", ")} FROM ${from} ORDER BY ${by}`, types);
	for await (const { rowCount, columns } of inChunks(sorted)) {
		if (rowCount === 0) continue;
		const [ids = [], lookups = [], times = [], ...values] = columns;
		const texts = keys.map(({ type }, k) => arrayText(values[k] ?? [], type));
		const labels = askedLabels(keys, texts, formatPlainArrayText(times.map(String)));
		yield { ids, lookups, times, labels };
	}
}

const quoted = new Set(["STRING", "BYTES", "JSON"]);

function arrayText(values: readonly Value[], type: ValueType): string {
	const texts = values.map((value) => toText(value, type));
	return quoted.has(type.scalar) ? formatArrayText(texts) : formatPlainArrayText(texts);
}

async function* inChunks(batches: AsyncIterable<ColumnBatch>): AsyncGenerator<ColumnBatch> {
	let columns: Value[][] | null = null;
	let rowCount = 0;
	for await (const batch of batches) {
		columns ??= batch.columns.map(() => []);
		for (const [index, column] of columns.entries()) for (const value of batch.columns[index] ?? []) column.push(value);
		rowCount += batch.rowCount;
		if (rowCount < chunkRows) continue;
		yield { rowCount, columns };
		columns = null;
		rowCount = 0;
	}
	if (columns !== null) yield { rowCount, columns };
}

/** Each connection takes the next chunk when it is done with the last; answers come as they are found. */
async function* inTurns(
	sessions: readonly PostgresSession[],
	chunks: AsyncGenerator<Asks>,
	find: (session: PostgresSession, labels: AskedLabels) => AsyncIterable<ColumnBatch>,
): AsyncGenerator<Answers> {
	const answerNext = async (
		session: PostgresSession,
	): Promise<{ session: PostgresSession; answers: Answers[] } | null> => {
		const next = await chunks.next();
		if (next.done === true) return null;
		const answers: Answers[] = [];
		for await (const rows of find(session, next.value.labels)) answers.push({ asks: next.value, rows });
		return { session, answers };
	};
	const running = new Map(sessions.map((session) => [session, answerNext(session)]));
	try {
		while (running.size > 0) {
			const done = await Promise.race([...running].map(async ([session, work]) => ({ session, result: await work })));
			if (done.result === null) {
				running.delete(done.session);
				continue;
			}
			running.set(done.session, answerNext(done.session));
			yield* done.result.answers;
		}
	} finally {
		await Promise.allSettled(running.values());
		await chunks.return(undefined);
	}
}

const outputTypes = ({ features }: OfflineView, wanted: readonly number[]): ValueType[] => [
	scalar("INT32"),
	timestamp,
	scalar("BOOL"),
	timestamp,
	...wanted.map((f) => features[f]?.type ?? int64),
];

/** The columns of the table of chosen rows, as the as-of join makes them. */
const chosenColumns = ({ merged, wanted }: ScanGroup, tellsTakenIn: boolean): Column[] => [
	{ name: "id", type: int64 },
	{ name: "l", type: scalar("INT32") },
	{ name: "ts", type: timestamp },
	{ name: "e", type: timestamp },
	{ name: "d", type: scalar("BOOL") },
	...(tellsTakenIn ? [{ name: "i", type: timestamp }] : []),
	...wanted.flatMap((positions, view) =>
		positions.map((f) => ({ name: chosenColumn(view, f), type: merged.features[f]?.type ?? int64 })),
	),
];

/** Answers in the columns of the table. `wanted`: the positions that were asked for. */
async function* arranged(
	answers: AsyncIterable<Answers>,
	group: ScanGroup,
	wanted: readonly number[],
	tellsTakenIn: boolean,
): AsyncGenerator<ColumnBatch> {
	for await (const { asks: asked, rows } of answers) {
		const [numbers = [], events = [], deleted = [], takenIn = [], ...features] = rows.columns;
		const of = (values: readonly Value[]): Value[] => numbers.map((n) => values[(n as number) - 1] ?? null);
		const columns = [of(asked.ids), of(asked.lookups), of(asked.times), events, deleted];
		if (tellsTakenIn) columns.push(takenIn);
		for (const positions of group.wanted) {
			for (const f of positions) columns.push(features[wanted.indexOf(f)] ?? []);
		}
		yield { rowCount: rows.rowCount, columns };
	}
}

/** Labels with several rows of one time are looked up again, in the whole order of each view. */
async function breakTies(
	session: DuckdbSession,
	database: PostgresSession,
	target: PostgresView,
	name: string,
	group: ScanGroup,
	{ known, tellsTakenIn }: LookupRequest,
): Promise<void> {
	await session.run(`CREATE TABLE ${name}_tied AS SELECT id, l FROM ${name} GROUP BY id, l HAVING count(*) > 1`);
	const [count] = await session.rows(`SELECT count(*) FROM ${name}_tied`);
	if (count?.[0] === 0n) return;
	await session.run(
		`CREATE TABLE ${name}_again AS SELECT a.* FROM ${name}_asks AS a SEMI JOIN ${name}_tied USING (id, l)`,
	);
	await session.run(`DELETE FROM ${name} USING ${name}_tied AS t WHERE ${name}.id = t.id AND ${name}.l = t.l`);
	const parts: string[] = [];
	for (const [index, view] of group.views.entries()) {
		const own = targetOf(target, group, view);
		const positions = (group.wanted[index] ?? []).map((f) =>
			positionOf(view.features, view, group.merged.features[f]?.name ?? ""),
		);
		const columns = chosenColumns(
			{ ...group, wanted: group.wanted.map((wanted, v) => (v === index ? wanted : [])) },
			tellsTakenIn,
		);
		const find = (connection: PostgresSession, labels: AskedLabels) =>
			connection.copy(pointInTimeSql(own, positions, known, labels, false), outputTypes(view, positions));
		const table = `${name}_best${index}`;
		await session.createTable(table, columns);
		const answers = inTurns([database], asks(session, `${name}_again`, view.joinKeys), find);
		const single: ScanGroup = { ...group, wanted: [positions] };
		await session.append(table, columns, arranged(answers, single, positions, tellsTakenIn));
		parts.push(
			index === 0 ? table : `(SELECT * EXCLUDE (ts, e, d${tellsTakenIn ? ", i" : ""}) FROM ${table}) AS b${index}`,
		);
	}
	const [first, ...others] = parts;
	const joins = others.map((part) => ` JOIN ${part} USING (id, l)`).join("");
	await session.run(`INSERT INTO ${name} BY NAME SELECT * FROM ${first}${joins}`);
}

/** The target of a scan with the columns of one of its views alone. */
const targetOf = (target: PostgresView, { merged }: ScanGroup, view: OfflineView): PostgresView => ({
	...target,
	view,
	sources: target.sources.map((source) => ({
		...source,
		parts: {
			...source.parts,
			features: view.features.map(({ name }) => source.parts.features[positionOf(merged.features, view, name)] ?? null),
		},
	})),
});
