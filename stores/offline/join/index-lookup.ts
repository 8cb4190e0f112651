/** Answers a scan in the database where its rows lie: labels travel there sorted, what they chose comes back. */
import type { DuckDBDataChunk } from "@duckdb/node-api";
import { chosenColumn } from "../../../core/offline/duckdb/point-in-time.ts";
import { keyNames } from "../../../core/offline/duckdb/rows.ts";
import {
	type AskedLabels,
	askedLabels,
	type ChosenColumns,
	nativeTimes,
	pointInTimeSql,
} from "../../../core/offline/postgres/point-in-time.ts";
import type { PostgresView } from "../../../core/offline/postgres/rows.ts";
import { positionOf, type ScanGroup } from "../../../core/offline/scan-groups.ts";
import type { Known, OfflineView } from "../../../core/ports/offline-engine.ts";
import { type Column, scalar, type ValueType } from "../../../core/values/type.ts";
import type { ColumnBatch, Value } from "../../../core/values/value.ts";
import { BinaryCopy, type WireColumn } from "../duckdb/binary-copy.ts";
import type { DuckdbSession } from "../duckdb/session.ts";
import type { PostgresAccess } from "../postgres/access.ts";
import { postgresError } from "../postgres/errors.ts";
import { PostgresSession } from "../postgres/session.ts";
import { arrayText } from "../postgres/text-values.ts";
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
	readonly signal: AbortSignal;
	readonly tellsTakenIn: boolean;
	/** Told of rows as they come. */
	readonly onRows: (count: number) => void;
}

/** The rows that labels are looked up in, and the transaction that sees them. */
export interface LookupPlace {
	readonly database: PostgresSession;
	readonly target: PostgresView;
	/** In a temporary table, which is seen by its own connection alone. */
	readonly isStored: boolean;
}

/** The asks of the scan are in the session already, as `NAME_asks`. */
export async function lookUpInPostgres(
	session: DuckdbSession,
	access: PostgresAccess,
	{ database, target, isStored }: LookupPlace,
	name: string,
	group: ScanGroup,
	request: LookupRequest,
): Promise<Answered> {
	const { merged } = group;
	const { known, tellsTakenIn, signal, onRows } = request;
	const [asked] = await session.rows(`SELECT count(*) FROM ${name}_asks`);
	const isLarge = (asked?.[0] as bigint) >= BigInt(fewestShared);
	const others = isLarge && !isStored ? await openOthers(access, database, merged, signal) : [];
	try {
		await session.createTable(name, chosenColumns(group, tellsTakenIn));
		const wanted = { features: group.wanted.flat(), takenIn: tellsTakenIn, ties: true };
		const wire = wireColumns(target, wanted, merged.features);
		const find = (connection: PostgresSession, labels: AskedLabels) =>
			connection.copy(pointInTimeSql(target, wanted, known, labels));
		const answers = inTurns([database, ...others], asks(session, `${name}_asks`, merged.joinKeys), find);
		await session.appendChunks(name, decoded(answers, wire), onRows);
		await breakTies(session, database, target, name, group, request);
	} catch (error) {
		throw postgresError(error, `the view "${merged.name}"`, signal);
	} finally {
		await Promise.all(others.map((other) => other.close()));
	}
	return { table: name, hasDeleted: true, tellsTakenIn, older: null };
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

/** What one statement asks. Sorted by key and time: neighbours find their rows on the same pages. */
async function* asks(session: DuckdbSession, from: string, keys: readonly Column[]): AsyncGenerator<AskedLabels> {
	const names = keyNames(keys);
	const types = [int64, scalar("INT32"), timestamp, ...keys.map(({ type }) => type)];
	const by = [...names, "ts"].join(", ");
	const sorted = session.streamApart(`SELECT id, l, ts, ${names.join(", ")} FROM ${from} ORDER BY ${by}`, types);
	for await (const { rowCount, columns } of inChunks(sorted)) {
		if (rowCount === 0) continue;
		const [ids = "", lookups = "", times = "", ...texts] = columns.map((values, index) =>
			arrayText(values, types[index] ?? int64),
		);
		yield askedLabels(keys, { ids, lookups, times, keys: texts });
	}
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

async function* decoded(
	answers: AsyncIterable<readonly Buffer[]>,
	wire: readonly WireColumn[],
): AsyncGenerator<DuckDBDataChunk> {
	const copy = new BinaryCopy(wire);
	for await (const buffers of answers) yield* copy.chunks(buffers);
}

/** Each connection takes the next chunk when it is done with the last; answers come as they are found. */
async function* inTurns(
	sessions: readonly PostgresSession[],
	chunks: AsyncGenerator<AskedLabels>,
	find: (session: PostgresSession, labels: AskedLabels) => AsyncIterable<Buffer>,
): AsyncGenerator<readonly Buffer[]> {
	const answerNext = async (session: PostgresSession): Promise<readonly Buffer[] | null> => {
		const next = await chunks.next();
		if (next.done === true) return null;
		const answers: Buffer[] = [];
		for await (const buffer of find(session, next.value)) answers.push(buffer);
		return answers;
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
			yield done.result;
		}
	} finally {
		await Promise.allSettled(running.values());
		await chunks.return(undefined);
	}
}

/** The columns of `pointInTimeSql`. */
function wireColumns(
	target: PostgresView,
	{ features, takenIn, ties }: ChosenColumns,
	all: readonly Column[],
): WireColumn[] {
	const native = nativeTimes(target, ties);
	const plain = (type: ValueType): WireColumn => ({ type, isNativeTime: false });
	return [
		...[int64, scalar("INT32"), timestamp].map(plain),
		{ type: timestamp, isNativeTime: native.event },
		plain(scalar("BOOL")),
		...(takenIn ? [{ type: timestamp, isNativeTime: native.takenIn }] : []),
		...features.map((f) => plain(all[f]?.type ?? int64)),
	];
}

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
		const wanted = { features: positions, takenIn: tellsTakenIn, ties: false };
		const wire = wireColumns(own, wanted, view.features);
		const find = (connection: PostgresSession, labels: AskedLabels) =>
			connection.copy(pointInTimeSql(own, wanted, known, labels));
		const table = `${name}_best${index}`;
		await session.createTable(table, columns);
		const answers = inTurns([database], asks(session, `${name}_again`, view.joinKeys), find);
		await session.appendChunks(table, decoded(answers, wire));
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
