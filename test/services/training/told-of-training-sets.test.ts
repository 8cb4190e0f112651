/** What a training set tells of itself: how it was drawn, what it holds, its splits, and features that know the label. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FileFormat } from "../../../core/ports/offline-engine.ts";
import type { Principal } from "../../../core/ports/principal.ts";
import type { TrainingSet, TrainingSetResult } from "../../../core/ports/training-store.ts";
import { scalar } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { type CreateTrainingSetInput, createTrainingSet } from "../../../services/training/create-training-set.ts";
import { drawTrainingSet } from "../../../services/training/draw/draw-training-set.ts";
import { explainTrainingSet } from "../../../services/training/explain-training-set.ts";
import { mayDownload, splitKey, splitUrl } from "../../../services/training/training-sets.ts";
import { collect } from "../../conformance/offline/harness.ts";
import { entityPartOracle } from "../../oracle/splits.ts";
import { testDatabase } from "../../support/database.ts";
import { type FixtureRegistry, featureOf, fixtureRegistry } from "../../support/fixture-registry.ts";
import { anyone, type RunHouse, runHouse } from "../../support/run-house.ts";

const start = 1_704_067_200_000_000n;
const minute = 60_000_000n;
const never = new AbortController().signal;

describe("a training set", () => {
	const test = testDatabase();
	let house: RunHouse;
	let registry: FixtureRegistry;
	beforeAll(async () => {
		// Who was refunded is late: what is known of an order's end comes with its label.
		await test.database.pool.query(`
			CREATE TABLE public.orders (customer text, amount float8, refund float8, event_ts timestamptz);
			INSERT INTO public.orders
			SELECT 'C' || k, (k * 7919) % 101, CASE WHEN k % 3 = 0 THEN k END, '2024-01-01' FROM generate_series(0, 199) AS k;
			CREATE TABLE public.outcomes (customer text, late bool, grade text, event_ts timestamptz);
			INSERT INTO public.outcomes
			SELECT 'C' || (o % 200), (o % 200) % 3 = 0, CASE WHEN (o % 200) % 3 = 0 THEN 'bad' ELSE 'good' END,
				'2024-01-01'::timestamptz + (o / 200) * interval '1 minute'
			FROM generate_series(0, 1999) AS o`);
		house = await runHouse(test.database, start + 3_600_000_000n);
		await writeFile(
			join(house.folder, "cities.csv"),
			`customer,city,event_ts\n${Array.from({ length: 200 }, (_, k) => `C${k},${k % 3 === 0 ? "oslo" : "rome"},2024-01-01T00:00:00Z`).join("\n")}\n`,
		);
		const customer = [{ name: "customer", type: scalar("STRING") }];
		const table = (name: string) =>
			({ origin: { kind: "postgres", connection: null, table: `public.${name}` } }) as const;
		registry = await fixtureRegistry(
			test.database,
			[
				{
					name: "orders",
					joinKeys: customer,
					features: [featureOf("amount", scalar("FLOAT64")), featureOf("refund", scalar("FLOAT64"))],
					rows: table("orders"),
				},
				{
					name: "cities",
					joinKeys: customer,
					features: [featureOf("city", scalar("STRING"))],
					rows: { origin: { kind: "csv", path: join(house.folder, "cities.csv") } },
				},
				{
					name: "outcomes",
					joinKeys: customer,
					features: [featureOf("late", scalar("BOOL"))],
					rows: table("outcomes"),
				},
			],
			{
				name: "context",
				inputs: { request: [], views: ["orders"] },
				features: [featureOf("amount_twice", scalar("FLOAT64"), "orders.amount * 2.0")],
			},
			start,
		);
	});
	afterAll(() => house.close());

	const deps = () => ({ ...house, registry, mostInlineRows: 1000, limitBytes: 1_000_000, scratchFolder: house.folder });
	const input: CreateTrainingSetInput = {
		project: "default",
		name: null,
		select: { features: ["orders:amount", "orders:refund", "cities:city"] },
		bindings: [],
		labels: { kind: "source", source: "outcomes" },
		timestampColumn: "event_ts",
		known: { kind: "event" },
		format: "PARQUET",
		fullFeatureNames: false,
		idempotencyKey: null,
	};
	const ended = async (more: Partial<CreateTrainingSetInput>): Promise<TrainingSet | null> => {
		const { run } = await createTrainingSet(deps(), anyone, { ...input, ...more });
		await drawTrainingSet(deps(), run.id, never);
		return house.training.get(run.id);
	};
	const drawn = async (
		more: Partial<CreateTrainingSetInput> = {},
	): Promise<TrainingSet & { readonly result: TrainingSetResult }> => {
		const set = await ended(more);
		if (set?.result == null) throw new Error(`It failed: ${set?.run.failure?.message}`);
		return { ...set, result: set.result };
	};
	const rowsOf = async (key: string, format: FileFormat): Promise<Value[][]> =>
		collect((await house.frames.read(await house.blobs.localPath(key), format, never)).batches);

	it("keeps how it was drawn and what its columns hold", async () => {
		const { provenance } = (await drawn()).result;
		expect(provenance.scans?.map(({ views }) => views)).toEqual([["orders"], ["cities"]]);
		// The table is small: its rows went to where the labels are.
		const drawnBy = new Map(provenance.scans?.flatMap(({ views, engine }) => views.map((view) => [view, engine])));
		expect(drawnBy.get("orders")).toBe("duckdb");
		expect(provenance.views.map(({ name, engine }) => [name, engine])).toEqual(
			provenance.views.map(({ name }) => [name, drawnBy.get(name) ?? null]),
		);
		expect(JSON.stringify(provenance.scans)).toMatch(/orders[\s\S]*read_csv/);
		expect(JSON.stringify(provenance)).not.toContain(house.folder);
		expect(provenance.profile?.sampledRows).toBe(2000);
		const profile = new Map(provenance.profile?.columns.map((column) => [column.name, column]));
		expect([...profile.keys()]).toEqual(["customer", "late", "grade", "event_ts", "amount", "refund", "city"]);
		expect(profile.get("late")?.mean).toBeCloseTo(67 / 200, 12);
		expect(profile.get("event_ts")).toMatchObject({ min: "2024-01-01T00:00:00Z", max: "2024-01-01T00:09:00Z" });
		expect(profile.get("refund")).toMatchObject({ min: 0, max: 198, mean: 99, distinctCount: 67 });
		expect(profile.get("city")?.topValues).toEqual([
			{ value: "rome", count: 1330 },
			{ value: "oslo", count: 670 },
		]);
	});

	it("tells the features that go together with its label, by their values or by there being one", async () => {
		const told = async (targets: readonly string[] | null) =>
			((await drawn({ targets })).result.leakage ?? []).flatMap(({ column, labelColumn, correlation, reason }) =>
				labelColumn === undefined ? [] : [[column, labelColumn, correlation?.toFixed(2), reason.split(" ", 1)[0]]],
			);
		expect(await told(["late"])).toEqual([
			["refund", "late", "1.00", "Whether"],
			["city", "late", "1.00", "The"],
		]);
		expect((await told(null)).map(([column, label]) => `${column} ${label}`).sort()).toEqual([
			"city grade",
			"city late",
			"refund grade",
			"refund late",
		]);
		expect((await ended({ targets: ["lat"] }))?.run.failure).toMatchObject({
			code: "LABELS_INVALID",
			name: "lat",
			nearest: ["late"],
		});
	});

	it.each(["PARQUET", "NDJSON"] as const)(
		"has a file for each split, in %s: an entity is in one of them",
		async (format) => {
			const parts = [
				{ name: "train", share: 0.6 },
				{ name: "test", share: 0.3 },
			];
			const splits = { kind: "entity", parts, columns: null, salt: "s" } as const;
			const set = await drawn({ splits, format, select: { features: ["context:amount_twice"] } });
			const whole = await rowsOf(`training-sets/${set.run.id}.${format.toLowerCase()}`, format);
			for (const { name, rowCount, byteCount } of set.result.provenance.splits?.parts ?? []) {
				const key = splitKey(set.run.id, name, format);
				expect(splitUrl(set, name)).toBe(`/files/${key}`);
				const rows = await rowsOf(key, format);
				expect(rows).toEqual(whole.filter((row) => entityPartOracle(splits, [String(row[0])]) === name));
				expect(rows).toHaveLength(Number(rowCount));
				expect((await house.blobs.stat(key))?.byteCount).toBe(Number(byteCount));
			}
			expect(set.result.provenance.splits?.parts).toHaveLength(2);
			const stranger: Principal = { ...anyone, projects: new Set(["other"]) };
			const key = splitKey(set.run.id, "train", format);
			expect([await mayDownload(deps(), anyone, key), await mayDownload(deps(), stranger, key)]).toEqual([true, false]);
		},
	);

	it("is split by time where nothing of the one part is later than the next", async () => {
		const parts = ["train", "test"];
		const splits = { kind: "time", parts, cuts: [start + 8n * minute], gapSeconds: 60 } as const;
		const set = await drawn({ splits });
		expect(set.result.provenance.splits).toMatchObject({
			definition: { kind: "time", cuts: [String(start + 8n * minute)], gapMicros: "60000000" },
			parts: [
				{ name: "train", rowCount: "1400" },
				{ name: "test", rowCount: "400" },
			],
		});
	});

	it("is refused at once where what is asked for cannot be, as is its plan", async () => {
		const labels = { kind: "rows", rows: [{ customer: "C1", late: true, event_ts: "2024-01-01T00:00:00Z" }] } as const;
		const by = (columns: readonly string[] | null, ...shares: number[]) => {
			const parts = shares.map((share, index) => ({ name: `part_${index}`, share }));
			return { kind: "entity", parts, columns, salt: "" } as const;
		};
		const refused: readonly (readonly [Partial<CreateTrainingSetInput>, object])[] = [
			[{ splits: by(null, 0.7, 0.7) }, { code: "BAD_USER_INPUT", details: { path: ["splits"] } }],
			[{ splits: by(null, 0.7, -0.1) }, { code: "BAD_USER_INPUT", details: { path: ["splits"], name: "part_1" } }],
			[
				{ labels, splits: by(["custmer"], 1) },
				{
					code: "LABELS_INVALID",
					details: { path: ["splits", "byEntity", "columns"], name: "custmer", nearest: ["customer"] },
				},
			],
			[
				{ labels, targets: ["lat"] },
				{ code: "LABELS_INVALID", details: { path: ["targets"], nearest: ["late"] } },
			],
			[
				{ known: { kind: "at", at: house.clock.now() + 600_000_000n } },
				{ code: "INVALID_TIMESTAMP", details: { path: ["known", "at"] } },
			],
		];
		for (const [more, error] of refused) {
			await expect(createTrainingSet(deps(), anyone, { ...input, ...more })).rejects.toMatchObject(error);
			await expect(explainTrainingSet(deps(), anyone, { ...input, ...more }, never)).rejects.toMatchObject(error);
		}
	});

	it("is not split by what its labels lack", async () => {
		const parts = [{ name: "train", share: 1 }];
		const splits = { kind: "entity", parts, columns: ["shop"], salt: "" } as const;
		expect((await ended({ splits }))?.run.failure).toMatchObject({ code: "LABELS_INVALID", name: "shop" });
	});
});
