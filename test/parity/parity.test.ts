/**
 * The same online and offline: whatever is written in whatever order, and by whichever way it came online, what is read
 * online at an instant is what is drawn for a label of that instant, and what the rules say.
 */
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FeatureFrame } from "../../core/reads/frame.ts";
import { formatTimestamp } from "../../core/time/timestamp.ts";
import { featureValueEncoder } from "../../core/values/feature-value-out.ts";
import { type Column, scalar } from "../../core/values/type.ts";
import type { Micros, Value } from "../../core/values/value.ts";
import { openRedisOnlineStore } from "../../stores/online/redis/redis-online-store.ts";
import { batchOf } from "../conformance/offline/harness.ts";
import { type OracleAnswer, type OracleRow, type OracleView, pointInTimeOracle } from "../oracle/point-in-time.ts";
import { testDatabase } from "../support/database.ts";
import { redisServer, startRedis, type TestRedis } from "../support/redis.ts";
import { applyText } from "../support/registry.ts";
import { type ParityHouse, type ParityRead, parityHouse } from "./house.ts";
import {
	definitionsOf,
	featureColumns,
	keyColumns,
	keyValues,
	type Scenario,
	type Shape,
	scenarioOf,
	type ViewShape,
	type WrittenRow,
	type WrittenTime,
} from "./scenario.ts";

const timeBoxMs = 8_000;
/** The stores' own clocks run on: histories begin now. */
const start = BigInt(Date.now()) * 1000n;

describe("online into LMDB", () => parity(null));
describe.skipIf(redisServer.missing)(`online into Redis${redisServer.reason}`, () => {
	let redis: TestRedis;
	beforeAll(async () => {
		redis = await startRedis();
	});
	afterAll(() => redis.stop());
	parity(() => openRedisOnlineStore({ url: redis.url, commandTimeoutMs: 10_000, logger: null }));
});

function parity(openStore: Parameters<typeof parityHouse>[2]): void {
	const test = testDatabase();
	let house: ParityHouse;
	beforeAll(async () => {
		house = await parityHouse(test.database, start, openStore);
	});
	afterAll(() => house.close());

	it.each(["push", "parquet"] as const)(
		"reads the same as offline, over a %s source",
		async (origin) => {
			const deadline = performance.now() + timeBoxMs;
			const property = fc.asyncProperty(scenarioOf(origin), async (scenario) => {
				// What was begun is ended: nothing goes on when the stores are closed.
				if (performance.now() < deadline) await play(house, scenario);
			});
			await fc.assert(property, { numRuns: 60 });
		},
		120_000,
	);
}

let projectNumber = 0;

async function play(house: ParityHouse, { shape, rows, actions }: Scenario): Promise<void> {
	const project = `parity_${projectNumber++}`;
	const file = join(house.folder, `${project}.parquet`);
	house.time.now = start;
	const history = new History(shape, start);
	if (shape.origin === "parquet") {
		const columns = history.fileColumns;
		const batch = batchOf(
			columns,
			rows.map((row) => history.fileRow(row)),
		);
		await house.frames.write(file, "PARQUET", columns, one(batch));
	}
	await applyText(house.registry, definitionsOf(project, shape, file), { project });
	const into = shape.origin === "push" ? { source: "rows" } : { view: "v0" };
	const pushes: Parameters<ParityHouse["push"]>[0][] = [];
	const push = async (input: Parameters<ParityHouse["push"]>[0]): Promise<void> => {
		const { rejected } = await house.push(input);
		history.record(input, rejected, house.time.now);
	};
	// Rows of files, and rows that were pushed to the log alone, come online by materialization.
	let needsRun = shape.origin === "parquet";
	for (const action of [...actions, { kind: "compare" } as const]) {
		switch (action.kind) {
			case "push": {
				const written = action.rows.map((row) => ({ deleted: row.deleted, json: history.json(row, house.time.now) }));
				const input = {
					project,
					into,
					rows: written.filter(({ deleted }) => !deleted).map(({ json }) => json),
					deletes: written.filter(({ deleted }) => deleted).map(({ json }) => json),
					to: action.to,
				};
				pushes.push(input);
				if (action.to === "OFFLINE") needsRun = true;
				await push(input);
				break;
			}
			case "repeat": {
				const again = pushes[action.which];
				if (again !== undefined) await push(again);
				break;
			}
			case "advance":
				house.time.now += action.micros;
				break;
			case "drain":
				await house.drain();
				break;
			case "materialize":
				await house.materialize(project, {
					incremental: action.how === "incremental",
					...(action.how === "range" ? { start: start - 60_000_000n, end: house.time.now } : {}),
				});
				break;
			case "compare":
				await house.drain();
				if (needsRun) await house.materialize(project, { incremental: true });
				await compare(house, project, shape, history);
		}
	}
}

async function* one<T>(value: T): AsyncGenerator<T> {
	yield value;
}

const factors = [0, 2, null] as const;

async function compare(house: ParityHouse, project: string, shape: Shape, history: History): Promise<void> {
	const [as = [], ns = []] = keyValues;
	const entities = [...as, null].flatMap((a, i) =>
		[...ns, null].map((n, j) => ({
			a,
			n: n === null ? null : String(n),
			b: as[(i + j) % as.length] ?? null,
			factor: factors[(i + j) % factors.length] ?? null,
		})),
	);
	const read: ParityRead = {
		project,
		features: [...shape.views.map((_, index) => `v${index}:*`), "other:*", "computed:*"],
		bindings: [{ alias: "other", view: "v0", joinKeys: [{ joinKey: "a", column: "b" }] }],
		entities,
	};
	// Rows of a log never tie; of those of a file either zero may stand for a tie of both.
	const plain = shape.origin === "push" ? (value: unknown) => value : withoutNegativeZero;
	const online = answersOf(await house.online(read), plain);
	const offline = answersOf(await house.historical(read), plain);
	expect(online).toEqual(offline);
	const views = [
		...shape.views.map((view, index) => ({ prefix: `v${index}`, view, column: "a" as const })),
		{ prefix: "other", view: shape.views[0] as ViewShape, column: "b" as const },
	];
	for (const { prefix, view, column } of views) {
		const labels = entities.map((entity) => ({
			keys: keysOf(view, [entity[column], entity.n === null ? null : BigInt(entity.n)]),
			ts: house.time.now,
		}));
		const answers = pointInTimeOracle(oracleOf(shape, view), history.rowsOf(view), labels, { kind: "event" });
		for (const [name, expected] of expectedColumns(prefix, view, answers, plain))
			expect(online[name], name).toEqual(expected);
	}
}

interface Answers {
	readonly values: readonly unknown[];
	readonly statuses: readonly unknown[] | null;
	readonly eventTimes: readonly (Micros | null)[] | null;
}

const answersOf = ({ columns }: FeatureFrame, plain: (value: unknown) => unknown): Record<string, Answers> =>
	Object.fromEntries(
		columns
			.filter(({ role }) => role === "FEATURE")
			.map(({ name, values, statuses, eventTimes }) => [name, { values: values.map(plain), statuses, eventTimes }]),
	);

/** -0 and 0 are equal in the order. */
const withoutNegativeZero = (value: unknown): unknown =>
	Array.isArray(value) ? value.map(withoutNegativeZero) : value === 0 ? 0 : value;

const oracleOf = (shape: Shape, view: ViewShape): OracleView => ({
	keyTypes: keysOf(
		view,
		keyColumns.map(({ type }) => type),
	),
	featureTypes: featuresOf(view).map(({ type }) => type),
	tieBreakTypes: shape.tieBreak ? [scalar("STRING")] : [],
	ttl: view.ttlSeconds === null ? null : BigInt(view.ttlSeconds) * 1_000_000n,
	available:
		shape.available === null
			? { kind: "none" }
			: shape.available === "column"
				? { kind: "column" }
				: { kind: "delay", micros: BigInt(shape.available) * 1_000_000n },
});

const featuresOf = ({ features }: ViewShape): Column[] => featureColumns.filter(({ name }) => features.includes(name));

/** Of the values of both keys, those of the view, in its order. */
const keysOf = <T>({ entities }: ViewShape, both: readonly T[]): T[] =>
	entities.map((entity) => both[entity === "by_a" ? 0 : 1] as T);

function expectedColumns(
	prefix: string,
	view: ViewShape,
	answers: readonly OracleAnswer[],
	plain: (value: unknown) => unknown,
): [string, Answers][] {
	return featuresOf(view).map(({ name, type }, index) => {
		const encode = featureValueEncoder(type);
		const values = answers.map(({ features }) => features[index] ?? null);
		return [
			`${prefix}__${name}`,
			{
				values: values.map((value) => plain(encode(value))),
				statuses: answers.map(({ status }, row) =>
					status === "PRESENT" && values[row] === null ? "NULL_VALUE" : status,
				),
				eventTimes: answers.map(({ event }) => event),
			},
		];
	});
}

type Kept = Omit<OracleRow, "keys" | "features"> & { readonly keys: readonly Value[]; readonly features: Value[] };

/** All rows that the store has taken in, as the oracle reads them. */
class History {
	private readonly shape: Shape;
	private readonly start: Micros;
	private readonly kept: Kept[] = [];
	private readonly pushed = new Map<unknown, Kept>();
	private sequence = 0n;

	constructor(shape: Shape, start: Micros) {
		this.shape = shape;
		this.start = start;
	}

	get fileColumns(): readonly Column[] {
		const { created, available, tieBreak } = this.shape;
		const time = scalar("TIMESTAMP");
		return [
			...keyColumns,
			...featureColumns,
			{ name: "event_ts", type: time },
			...(created ? [{ name: "created_ts", type: time }] : []),
			...(available === "column" ? [{ name: "available_ts", type: time }] : []),
			...(tieBreak ? [{ name: "tie", type: scalar("STRING") }] : []),
		];
	}

	/** Keeps a row of the file; its values in the order of `fileColumns`. */
	fileRow(row: WrittenRow): Value[] {
		const kept = this.keep(row, this.start);
		this.kept.push(kept);
		const { created, available, tieBreak } = this.shape;
		return [
			...kept.keys,
			...kept.features,
			kept.event,
			...(created ? [kept.created] : []),
			...(available === "column" ? [kept.available] : []),
			...(tieBreak ? kept.tieBreak : []),
		];
	}

	/** A row as it is pushed now. */
	json(row: WrittenRow, now: Micros): Record<string, unknown> {
		const isPush = this.shape.origin === "push";
		const kept = this.keep(isPush ? row : { ...row, tie: null }, now);
		const json: Record<string, unknown> = {};
		const columns = this.columnsPushed();
		const give = ({ name, type }: Column, value: Value): void => {
			if (columns.has(name)) json[name] = featureValueEncoder(type)(value);
		};
		for (const [i, column] of keyColumns.entries()) give(column, kept.keys[i] ?? null);
		for (const [i, column] of featureColumns.entries()) {
			if (!row.deleted && kept.omitted?.[i] !== true) give(column, kept.features[i] ?? null);
		}
		json["event_ts"] = formatTimestamp(kept.event as Micros);
		if (kept.created !== null) json["created_ts"] = formatTimestamp(kept.created);
		if (kept.available !== null) json["available_ts"] = formatTimestamp(kept.available);
		if (isPush && this.shape.tieBreak && !row.deleted) json["tie"] = row.tie;
		this.pushed.set(json, kept);
		return json;
	}

	/** Keeps those rows of a push that were not refused, in the order of the log. */
	record(
		{ rows, deletes }: { readonly rows: readonly unknown[]; readonly deletes: readonly unknown[] },
		rejected: readonly { readonly path?: readonly unknown[]; readonly index?: number }[],
		now: Micros,
	): void {
		const isRefused = (path: string, at: number): boolean =>
			rejected.some((error) => error.path?.[0] === path && error.index === at);
		for (const [path, list] of [
			["rows", rows],
			["deletes", deletes],
		] as const) {
			for (const [at, json] of list.entries()) {
				const kept = this.pushed.get(json);
				if (kept !== undefined && !isRefused(path, at)) {
					this.kept.push({ ...kept, seq: ++this.sequence, ingested: now });
				}
			}
		}
	}

	rowsOf(view: ViewShape): OracleRow[] {
		const wanted = featureColumns.map(({ name }) => view.features.includes(name));
		return this.kept.map((row) => ({
			...row,
			keys: keysOf(view, row.keys),
			features: row.features.filter((_, i) => wanted[i]),
			omitted: row.omitted?.filter((_, i) => wanted[i]) ?? [],
		}));
	}

	private columnsPushed(): Set<string> {
		const { origin, views } = this.shape;
		const all = [...keyColumns, ...featureColumns].map(({ name }) => name);
		const [view] = views;
		if (origin === "push" || view === undefined) return new Set(all);
		return new Set([...keysOf(view, ["a", "n"]), ...view.features]);
	}

	/** Whether a row may omit the feature: what no view reads is null where it is not given. */
	private isPartial(feature: number): boolean {
		const name = featureColumns[feature]?.name ?? "";
		return this.shape.partial && this.shape.views.some(({ features }) => features.includes(name));
	}

	private keep(row: WrittenRow, now: Micros): Kept {
		const { created, available, tieBreak } = this.shape;
		const at = ({ from, micros }: WrittenTime): Micros => (from === "clock" ? now : this.start) + micros;
		return {
			keys: row.keys,
			event: at(row.event),
			created: created && row.created !== null ? at(row.created) : null,
			available: available === "column" ? at(row.available) : null,
			tieBreak: tieBreak ? [row.deleted ? null : row.tie] : [],
			seq: null,
			ingested: null,
			deleted: row.deleted,
			features: row.deleted ? featureColumns.map(() => null) : [...row.features],
			omitted: row.omitted.map((isOmitted, i) => isOmitted && this.isPartial(i)),
		};
	}
}
