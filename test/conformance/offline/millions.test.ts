/**
 * Millions of generated rows against the naive oracle, over both engines: `FEATUREGRAPH_TEST_MILLIONS=1`. Each round has
 * labels with duplicates, nulls and a hot key, composite keys, rows that share times, a ttl or none, rows of a log, and one
 * form of visibility; two views of one source, one of them under two bindings, are read at once, in half of the rounds in shards.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JoinRead } from "../../../core/ports/feature-join.ts";
import type { Known, LabelFrame } from "../../../core/ports/offline-engine.ts";
import { type Column, scalar } from "../../../core/values/type.ts";
import type { Micros, Value } from "../../../core/values/value.ts";
import { pointInTimeByKey } from "../../oracle/by-key.ts";
import type { OracleAnswer, OracleLabel, OracleRow } from "../../oracle/point-in-time.ts";
import { testDatabase } from "../../support/database.ts";
import { duckdbUnderTest } from "./duckdb-under-test.ts";
import {
	at,
	batchOf,
	collect,
	type EngineUnderTest,
	oracleOf,
	placeScenario,
	pointInTime,
	type Scenario,
} from "./harness.ts";
import { postgresUnderTest } from "./postgres-under-test.ts";

const isWanted = process.env["FEATUREGRAPH_TEST_MILLIONS"] === "1";
const rounds = isWanted ? 20 : 1;
const rowCount = isWanted ? 100_000 : 4_000;
const labelCount = isWanted ? 60_000 : 3_000;
const seed = Number(process.env["FEATUREGRAPH_TEST_SEED"] ?? "1");
const span = 40_000;
/** Of rows and labels that have one and the same key. */
const hotShare = isWanted ? 0.01 : 0.05;

const keys: Column[] = [
	{ name: "k", type: scalar("STRING") },
	{ name: "n", type: scalar("INT64") },
];
const features: Column[] = ["v1", "v2", "v3"].map((name) => ({ name, type: scalar("FLOAT64") }));
const timestamp = scalar("TIMESTAMP");
const never = new AbortController().signal;

/** Numbers in [0, 1), the same for one seed: mulberry32. */
function numbers(from: number): () => number {
	let state = from;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

interface Round {
	readonly scenario: Scenario;
	readonly labels: readonly OracleLabel[];
	/** The other keys of each label row, of the second binding. */
	readonly others: readonly (readonly Value[])[];
	readonly known: Known;
	/** Whether its labels are answered in shards. */
	readonly isCut: boolean;
}

function generate(round: number): Round {
	const random = numbers(seed * 1000 + round);
	const pick = (count: number): number => Math.floor(random() * count);
	const keyCount = Math.ceil(rowCount / 40);
	const key = (): Value[] => {
		const number = random() < hotShare ? 0 : pick(keyCount);
		return [`k${number % 97}`, BigInt(Math.floor(number / 97))];
	};
	const orNull = (values: Value[], share: number): Value[] => (random() < share ? [null, values[1] ?? null] : values);
	const instant = (): Micros => at(pick(span)) + BigInt(pick(3) - 1);
	const hasCreated = round % 2 === 0;
	const hasAvailable = round % 5 === 3;
	const rows = Array.from({ length: rowCount }, (_, index): OracleRow => {
		const isLogged = random() < 0.1;
		const event = instant();
		const deleted = isLogged && random() < 0.1;
		return {
			keys: key(),
			event,
			created: hasCreated ? event + BigInt(pick(4_000) * 1_000_000) : null,
			available: hasAvailable ? event + BigInt(pick(2_000) * 1_000_000) : null,
			tieBreak: [],
			seq: isLogged ? BigInt(index) : null,
			ingested: isLogged ? event + BigInt(pick(4_000) * 1_000_000) : null,
			deleted,
			features: features.map(() => (deleted || random() < 0.1 ? null : pick(1000) / 8)),
		};
	});
	// Every third row has a twin at its time.
	const twins = rows.filter((row, index) => index % 3 === 0 && row.seq === null);
	const again = twins.map((row) => ({ ...row, features: features.map(() => pick(1000) / 8) }));
	const labels = Array.from({ length: labelCount }, (): OracleLabel => {
		const ts = random() < 0.02 ? null : instant();
		return { keys: orNull(key(), 0.02), ts };
	});
	for (let twice = 0; twice < labelCount / 50; twice++)
		labels[pick(labelCount)] = labels[pick(labelCount)] as OracleLabel;
	const scenario: Scenario = {
		keys,
		features,
		created: hasCreated,
		rows: [...rows, ...again],
		...(hasAvailable ? { available: "column" } : {}),
		...(round % 3 === 0 ? {} : { ttl: BigInt((1 + pick(4)) * 2_000) * 1_000_000n }),
	};
	const known: Known =
		!hasCreated || round % 4 === 0
			? { kind: "event" }
			: round % 8 === 2
				? { kind: "atLabelTime" }
				: { kind: "at", at: at(span / 2) };
	return { scenario, labels, others: labels.map(() => key()), known, isCut: round % 4 >= 2 };
}

/** What the oracle says: for each label, the columns of the three reads. */
function expectedOf({ scenario, labels, others, known }: Round): Value[][] {
	const oracle = oracleOf(scenario);
	const own = pointInTimeByKey(oracle, scenario.rows, labels, known);
	const elsewhere = labels.map(({ ts }, index): OracleLabel => ({ keys: others[index] ?? [], ts }));
	const other = pointInTimeByKey(oracle, scenario.rows, elsewhere, known);
	// The second view knows less to break ties by.
	const narrow = { ...oracle, featureTypes: oracle.featureTypes.slice(0, 2) };
	const narrowRows = scenario.rows.map((row) => ({ ...row, features: row.features.slice(0, 2) }));
	const less = pointInTimeByKey(narrow, narrowRows, labels, known);
	return labels.map((_, index) => {
		const [a, b, c] = [own[index], other[index], less[index]] as [OracleAnswer, OracleAnswer, OracleAnswer];
		const third = [b.features[2] ?? null, b.event, b.status];
		return [
			...a.features,
			a.event,
			a.status,
			...third,
			c.features[1] ?? null,
			c.features[0] ?? null,
			c.event,
			c.status,
		];
	});
}

const shardRows = Math.ceil(labelCount / 4) + 1;

/** The answers of shards that share what a draw shares. */
async function inShards(under: EngineUnderTest, frame: LabelFrame, reads: readonly JoinRead[], known: Known) {
	const shared = under.join.share(frame);
	const rows: Value[][] = [];
	try {
		for (let first = 0; first < frame.rowCount; first += shardRows) {
			const slice = await under.spool.slice(frame, first, Math.min(shardRows, frame.rowCount - first), never);
			for (const values of await collect(pointInTime(under, slice, { reads, known, shared }))) rows.push(values);
			await slice.close();
		}
		return rows;
	} finally {
		await shared.close();
	}
}

/** Rows that came out otherwise than the oracle says. */
async function wrong(
	under: EngineUnderTest,
	{ scenario, labels, others, known, isCut }: Round,
	expected: readonly Value[][],
): Promise<number> {
	const { view } = await placeScenario(under, scenario);
	const second = { ...view, name: "second", features: features.slice(0, 2) };
	const columns: Column[] = [
		...keys,
		{ name: "other_k", type: scalar("STRING") },
		{ name: "other_n", type: scalar("INT64") },
		{ name: "label_ts", type: timestamp },
	];
	const frame = await under.spool.write(columns, "label_ts", [
		batchOf(
			columns,
			labels.map(({ keys: own, ts }, index) => [...own, ...(others[index] ?? []), ts]),
		),
	]);
	try {
		const names = keys.map(({ name }) => name);
		const reads = [
			{ view, keyColumns: names, features: features.map(({ name }) => name) },
			{ view, keyColumns: ["other_k", "other_n"], features: ["v3"] },
			{ view: second, keyColumns: names, features: ["v2", "v1"] },
		];
		const rows = isCut
			? await inShards(under, frame, reads, known)
			: await collect(pointInTime(under, frame, { reads, known }));
		expect(rows).toHaveLength(labels.length);
		return rows.filter((row, index) => (expected[index] ?? []).some((value, column) => value !== row[column])).length;
	} finally {
		await frame.close();
	}
}

describe(`generated rows, ${rounds * rowCount} and more (seed ${seed})`, () => {
	const own = testDatabase();
	const engines: EngineUnderTest[] = [];
	beforeAll(async () => {
		const { pool } = own.database;
		engines.push(await duckdbUnderTest());
		const placement = { timeType: "timestamptz", indexed: true, connection: null } as const;
		engines.push(await postgresUnderTest(pool, pool, { ...placement, engine: "postgres" }));
		engines.push(await postgresUnderTest(pool, pool, { ...placement, engine: "duckdb" }));
	});
	afterAll(() => Promise.all(engines.map((engine) => engine.close())));

	test.each(Array.from({ length: rounds }, (_, round) => round))(
		"round %i: none is wrong on either engine",
		async (round) => {
			const generated = generate(round);
			const expected = expectedOf(generated);
			for (const engine of engines) expect(await wrong(engine, generated, expected), engine.name).toBe(0);
		},
		isWanted ? 600_000 : 60_000,
	);
});
