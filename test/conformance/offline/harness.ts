/** One scenario for every offline engine: rows of an origin and of a log, label rows, and what comes out. */

import type { AvailableTime } from "../../../core/definitions/model.ts";
import type { FeatureJoin, JoinOutput, JoinRead, SharedRows } from "../../../core/ports/feature-join.ts";
import type {
	Known,
	LabelFrame,
	LabelSpool,
	LogPositions,
	OfflineEngine,
	OfflineView,
	Relation,
} from "../../../core/ports/offline-engine.ts";
import type { LogDefinition } from "../../../core/ports/offline-log.ts";
import { type Column, scalar } from "../../../core/values/type.ts";
import type { ColumnBatch, Micros, Value } from "../../../core/values/value.ts";
import { type VectorBatch, valueAt } from "../../../core/values/vector.ts";
import {
	latestOracle,
	type OracleAnswer,
	type OracleLabel,
	type OracleRow,
	type OracleView,
	pointInTimeOracle,
} from "../../oracle/point-in-time.ts";

/** Rows of a log with what the store adds to them. */
export interface LogTableRow {
	readonly values: readonly Value[];
	readonly seq: bigint;
	readonly ingestedAt: Micros;
	readonly deleted: boolean;
}

/** An engine and where it reads from. */
export interface EngineUnderTest {
	readonly name: string;
	readonly engine: OfflineEngine;
	readonly join: FeatureJoin;
	readonly spool: LabelSpool;
	/** Puts rows where the engine reads them. */
	place(columns: readonly Column[], rows: readonly (readonly Value[])[]): Promise<Relation["origin"]>;
	placeLog(log: LogDefinition, rows: readonly LogTableRow[]): Promise<void>;
	close(): Promise<void>;
}

export interface Scenario {
	readonly keys: readonly Column[];
	readonly features: readonly Column[];
	readonly tieBreak?: readonly Column[];
	readonly created?: boolean;
	readonly available?: "column" | { readonly delaySeconds: number };
	readonly ttl?: Micros;
	/** Rows of the origin (`seq` null) and of the log. */
	readonly rows: readonly OracleRow[];
}

/** Seconds since the beginning of 2024, as microseconds. */
export const at = (seconds: number): Micros => 1_704_067_200_000_000n + BigInt(Math.round(seconds * 1_000_000));

/** A row with what most scenarios do not care for left out. */
export const row = (
	keys: readonly Value[],
	event: Micros | null,
	features: readonly Value[],
	more: Partial<OracleRow> = {},
): OracleRow => ({
	keys,
	event,
	features,
	created: null,
	available: null,
	tieBreak: [],
	seq: null,
	ingested: null,
	deleted: false,
	...more,
});

const timestamp = scalar("TIMESTAMP");
let logNumber = 0;

/** Places the rows and describes the view over them. */
export async function placeScenario(
	{ place, placeLog }: EngineUnderTest,
	scenario: Scenario,
): Promise<{ view: OfflineView; oracle: OracleView }> {
	const tieBreak = scenario.tieBreak ?? [];
	const times: Column[] = [{ name: "event_ts", type: timestamp }];
	if (scenario.created === true) times.push({ name: "created_ts", type: timestamp });
	if (scenario.available === "column") times.push({ name: "available_ts", type: timestamp });
	const columns = [...scenario.keys, ...scenario.features, ...times, ...tieBreak];
	const logged = columns.filter((column) => !tieBreak.includes(column));
	const valuesOf = (r: OracleRow, wanted: readonly Column[]): Value[] => {
		const values = new Map<string, Value>([
			...scenario.keys.map(({ name }, i): [string, Value] => [name, r.keys[i] ?? null]),
			...scenario.features.map(({ name }, i): [string, Value] => [name, r.features[i] ?? null]),
			...tieBreak.map(({ name }, i): [string, Value] => [name, r.tieBreak[i] ?? null]),
			["event_ts", r.event],
			["created_ts", r.created],
			["available_ts", r.available],
		]);
		return wanted.map(({ name }) => values.get(name) ?? null);
	};

	const origin = await place(
		columns,
		scenario.rows.filter(({ seq }) => seq === null).map((r) => valuesOf(r, columns)),
	);
	const logRows = scenario.rows.filter(({ seq }) => seq !== null);
	let log: LogDefinition | null = null;
	if (logRows.length > 0) {
		logNumber += 1;
		log = {
			id: `view_${logNumber}`,
			columns: logged,
			eventTime: "event_ts",
			index: [...scenario.keys.map(({ name }) => name), "event_ts"],
		};
		await placeLog(
			log,
			logRows.map((r) => ({
				values: valuesOf(r, logged),
				seq: r.seq ?? 0n,
				ingestedAt: r.ingested ?? 0n,
				deleted: r.deleted,
			})),
		);
	}
	const view: OfflineView = {
		name: "scenario",
		joinKeys: scenario.keys,
		features: scenario.features,
		relation: { origin, steps: [], columns: null, log: null },
		eventTime: "event_ts",
		createdTime: scenario.created === true ? "created_ts" : null,
		availableTime: availableTime(scenario),
		tieBreak: tieBreak.map(({ name }) => name),
		ttlMicros: scenario.ttl ?? null,
		log,
	};
	return { view, oracle: oracleOf(scenario) };
}

const availableTime = ({ available }: Scenario): AvailableTime | null => {
	if (available === undefined) return null;
	return available === "column"
		? { kind: "column", column: "available_ts" }
		: { kind: "delay", seconds: available.delaySeconds };
};

export const oracleOf = (scenario: Scenario): OracleView => ({
	keyTypes: scenario.keys.map(({ type }) => type),
	featureTypes: scenario.features.map(({ type }) => type),
	tieBreakTypes: (scenario.tieBreak ?? []).map(({ type }) => type),
	ttl: scenario.ttl ?? null,
	available:
		scenario.available === undefined
			? { kind: "none" }
			: scenario.available === "column"
				? { kind: "column" }
				: { kind: "delay", micros: BigInt(scenario.available.delaySeconds) * 1_000_000n },
});

export const batchOf = (columns: readonly Column[], rows: readonly (readonly Value[])[]): ColumnBatch => ({
	rowCount: rows.length,
	columns: columns.map((_, c) => rows.map((values) => values[c] ?? null)),
});

/** Spools labels of the scenario's keys. */
export function spoolLabels(
	{ spool }: EngineUnderTest,
	keys: readonly Column[],
	labels: readonly OracleLabel[],
): Promise<LabelFrame> {
	const columns = [...keys, { name: "label_ts", type: timestamp }];
	return spool.write(columns, "label_ts", [
		batchOf(
			columns,
			labels.map(({ keys: values, ts }) => [...values, ts]),
		),
	]);
}

export async function collect(batches: AsyncIterable<VectorBatch>): Promise<Value[][]> {
	const rows: Value[][] = [];
	for await (const { rowCount, columns } of batches) {
		for (let r = 0; r < rowCount; r++) rows.push(columns.map((column) => valueAt(column, r)));
	}
	return rows;
}

/** For each read side by side: its features, then the event time and the status of the row. */
export function pointInTime(
	{ join }: Pick<EngineUnderTest, "join">,
	frame: LabelFrame,
	request: {
		readonly reads: readonly JoinRead[];
		readonly known?: Known;
		readonly positions?: LogPositions | null;
		readonly signal?: AbortSignal;
		readonly shared?: SharedRows;
	},
): AsyncIterable<ColumnBatch> {
	const { reads, known = { kind: "event" }, positions = null, signal = new AbortController().signal, shared } = request;
	const asked = { reads, outputs: outputsOf(reads), known, positions, signal };
	return join.rows(frame, shared === undefined ? asked : { ...asked, shared });
}

const outputsOf = (reads: readonly JoinRead[]): JoinOutput[] =>
	reads.flatMap(({ features }, read): JoinOutput[] => [
		...features.map((feature): JoinOutput => ({ kind: "feature", read, feature, name: `r${read}_${feature}` })),
		{ kind: "eventTime", read, name: `r${read}__event_time` },
		{ kind: "status", read, name: `r${read}__status` },
	]);

export interface Comparison {
	readonly actual: readonly OracleAnswer[];
	readonly expected: readonly OracleAnswer[];
}

/** What the engine answers for the labels, and what the oracle does. */
export async function compareWithOracle(
	under: EngineUnderTest,
	scenario: Scenario,
	labels: readonly OracleLabel[],
	known: Known = { kind: "event" },
): Promise<Comparison> {
	const { view, oracle } = await placeScenario(under, scenario);
	const frame = await spoolLabels(under, scenario.keys, labels);
	try {
		const rows = await collect(
			pointInTime(under, frame, {
				reads: [
					{
						view,
						keyColumns: scenario.keys.map(({ name }) => name),
						features: view.features.map(({ name }) => name),
					},
				],
				known,
			}),
		);
		const actual = rows.map((values) => ({
			status: values.at(-1) as OracleAnswer["status"],
			event: values.at(-2) as Micros | null,
			features: values.slice(0, -2).map(withoutNegativeZero),
		}));
		return { actual, expected: pointInTimeOracle(oracle, scenario.rows, labels, known).map(normalised) };
	} finally {
		await frame.close();
	}
}

/** -0 and 0 are equal in the order, so that either may stand for a tie of both. */
export const withoutNegativeZero = (value: Value): Value => (value === 0 ? 0 : value);
const normalised = (answer: OracleAnswer): OracleAnswer => ({
	...answer,
	features: answer.features.map(withoutNegativeZero),
});

/** The latest rows that the engine gives, and those of the oracle: keys, features, event, created, seq, deleted. */
export async function compareLatest(
	under: EngineUnderTest,
	scenario: Scenario,
	range: { from: Micros | null; to: Micros; eventRange: { start: Micros; end: Micros } | null },
	afterKey: readonly Value[] | null = null,
): Promise<{ actual: Value[][]; expected: Value[][] }> {
	const { view, oracle } = await placeScenario(under, scenario);
	const columns = await under.engine.latestColumns(view);
	const ties = new Set(view.tieBreak);
	const signal = new AbortController().signal;
	const rows = await collect(under.engine.latest({ view, ...range, afterKey, signal }));
	const kept = columns.map(({ name }) => !ties.has(name));
	return {
		actual: rows.map((values) => values.filter((_, c) => kept[c]).map(withoutNegativeZero)),
		expected: latestOracle(oracle, scenario.rows, range).map((r) =>
			[...r.keys, ...r.features, r.event, r.created, r.seq, r.deleted].map(withoutNegativeZero),
		),
	};
}
