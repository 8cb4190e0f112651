import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { onlineKey } from "../../../core/online/key.ts";
import type { OfflineEngine } from "../../../core/ports/offline-engine.ts";
import { scalar } from "../../../core/values/type.ts";
import { materialize } from "../../../services/materialization/materialize.ts";
import { type MaterializeRunDeps, materializeRun } from "../../../services/materialization/materialize-run.ts";
import { cancelRun } from "../../../services/runs/run-service.ts";
import { batchWriter } from "../../../services/serving/write/batch-writer.ts";
import { testDatabase } from "../../support/database.ts";
import { type FixtureRegistry, featureOf, fixtureRegistry } from "../../support/fixture-registry.ts";
import { anyone, type RunHouse, runHouse } from "../../support/run-house.ts";

const start = 1_704_067_200_000_000n;
const minutes = (count: number): bigint => start + BigInt(count) * 60_000_000n;
const keyCount = 20_000;
const never = new AbortController().signal;

describe("materializing from PostgreSQL into LMDB", () => {
	const test = testDatabase();
	let house: RunHouse;
	let registry: FixtureRegistry;
	beforeAll(async () => {
		await test.database.pool.query(`
			CREATE TABLE public.delays (airport text, delay float8, event_ts timestamptz, loaded_at timestamptz);
			INSERT INTO public.delays
			SELECT 'A' || lpad(k::text, 6, '0'), k + e * 0.5, '2024-01-01'::timestamptz + e * interval '1 minute', '2024-01-01'::timestamptz + e * interval '1 minute'
			FROM generate_series(1, ${keyCount}) AS k, generate_series(0, 1) AS e;
			CREATE TABLE public.given_up AS TABLE public.delays`);
		house = await runHouse(test.database, minutes(10));
		const airport = { name: "airport", type: scalar("STRING") };
		const features = [featureOf("delay", scalar("FLOAT64"))];
		const rows = {
			origin: { kind: "postgres", connection: null, table: "public.delays" },
			createdTime: "loaded_at",
		} as const;
		const ownTable = { kind: "postgres", connection: null, table: "public.given_up" } as const;
		const missing = { origin: { kind: "postgres", connection: null, table: "public.no_such_table" } } as const;
		registry = await fixtureRegistry(
			test.database,
			[
				{ name: "delays", joinKeys: [airport], features, rows },
				{ name: "resumed", joinKeys: [airport], features, rows },
				{ name: "given_up", joinKeys: [airport], features, rows: { ...rows, origin: ownTable } },
				{ name: "broken", joinKeys: [airport], features, rows: missing },
				{ name: "history", joinKeys: [airport], features, rows, online: false },
			],
			null,
			start,
		);
	});
	afterAll(() => house.close());

	const deps = (engines: readonly OfflineEngine[] = house.engines): MaterializeRunDeps => ({
		...house,
		registry,
		engines,
		writeOnline: batchWriter({ online: house.online, bus: house.bus, retentionMicros: 0n }),
		checkFreshness: async () => {},
	});
	const ask = async (views: readonly string[], incremental = false): Promise<string> => {
		const input = { project: "default", views, start: null, end: null, incremental, idempotencyKey: null };
		return (await materialize({ ...house, registry }, anyone, input)).id;
	};
	const read = async (view: string, keys: readonly string[]) => {
		const { id, joinKeys } = registry.view(view);
		return house.online.read(keys.map((key) => onlineKey(registry.projectId, id, joinKeys, [key])));
	};
	const keys = Array.from({ length: keyCount }, (_, k) => `A${String(k + 1).padStart(6, "0")}`);

	it("brings the newest row of every key online, and the view with it", async () => {
		const id = await ask(["delays"]);
		expect(house.jobs.at(-1)).toEqual({ kind: "materialize", key: id, data: { runId: id } });
		expect(registry.view("delays").onlineSince).toBeNull();
		await materializeRun(deps(), id, never);
		const run = await house.runs.get(id);
		expect(run).toMatchObject({
			state: "SUCCEEDED",
			progress: 1,
			rowsRead: BigInt(keyCount),
			rowsWritten: BigInt(keyCount),
		});
		expect(registry.view("delays").onlineSince).not.toBeNull();
		expect((await read("delays", keys)).every((value) => value !== null)).toBe(true);
		const versionId = registry.view("delays").id;
		expect((await house.freshness.served([versionId])).get(versionId)?.eventTime).toBe(minutes(1));
		expect(await house.watermarks.get(versionId)).toBe(minutes(10));
	});

	it("goes on behind the last key when its worker dies, and ends with the same values", async () => {
		const id = await ask(["resumed"]);
		const stopping = new AbortController();
		const seen: (readonly unknown[] | null)[] = [];
		const dying = deps(
			house.engines.map((engine) => ({
				...engine,
				async *latest(request) {
					seen.push(request.afterKey);
					let batches = 0;
					for await (const batch of engine.latest(request)) {
						if (request.signal.aborted) return;
						yield batch;
						// The third is asked for while the second is worked on.
						if (++batches === 2 && seen.length === 1) stopping.abort(new Error("The worker is gone."));
					}
				},
			})),
		);
		await expect(materializeRun(dying, id, stopping.signal)).rejects.toThrow();
		const halfway = await house.runs.get(id);
		expect(halfway?.state).toBe("RUNNING");
		expect(halfway?.rowsRead).toBeGreaterThan(0n);
		expect(halfway?.rowsRead).toBeLessThan(BigInt(keyCount));
		expect(await house.watermarks.get(registry.view("resumed").id)).toBeNull();
		expect(registry.view("resumed").onlineSince).toBeNull();

		await materializeRun(dying, id, never);
		expect(seen[0]).toBeNull();
		expect(seen[1]).not.toBeNull();
		expect(await house.runs.get(id)).toMatchObject({ state: "SUCCEEDED", rowsRead: BigInt(keyCount) });
		const undisturbed = (await read("delays", keys)).map((value) => Buffer.from(value ?? []).toString("hex"));
		expect((await read("resumed", keys)).map((value) => Buffer.from(value ?? []).toString("hex"))).toEqual(undisturbed);
	});

	it("picks a late row up in the next incremental run, and only what came since", async () => {
		const [before] = await read("delays", ["A000001"]);
		house.time.now = minutes(20);
		// An event of long ago that was loaded now, for a key of its own; and one that is older than what is served.
		await test.database.pool.query(
			"INSERT INTO public.delays VALUES ('LATE', 1, '2023-12-01', '2024-01-01 00:15'), ('A000001', 99, '2023-12-01', '2024-01-01 00:15')",
		);
		const id = await ask(["delays"], true);
		await materializeRun(deps(), id, never);
		expect(await house.runs.get(id)).toMatchObject({ state: "SUCCEEDED", rowsRead: 2n, rowsWritten: 1n });
		const [late, unchanged] = await read("delays", ["LATE", "A000001"]);
		expect(late).not.toBeNull();
		expect(unchanged).toEqual(before);
		house.time.now = minutes(30);
		const idle = await ask(["delays"], true);
		await materializeRun(deps(), idle, never);
		expect(await house.runs.get(idle)).toMatchObject({ state: "SUCCEEDED", rowsRead: 0n });
		expect(await house.watermarks.get(registry.view("delays").id)).toBe(minutes(30));
	});

	describe("while the online store does not answer", () => {
		const unavailable = (): FeaturegraphError =>
			new FeaturegraphError("STORE_UNAVAILABLE", "The online store does not answer.", { hint: "Check that it runs." });

		it("waits, and goes on where it was", async () => {
			const id = await ask(["delays"]);
			const { writeOnline } = deps();
			let calls = 0;
			const flaky: MaterializeRunDeps["writeOnline"] = (...args) =>
				++calls === 2 || calls === 3 ? Promise.reject(unavailable()) : writeOnline(...args);
			await materializeRun({ ...deps(), writeOnline: flaky }, id, never);
			expect(await house.runs.get(id)).toMatchObject({ state: "SUCCEEDED", rowsRead: BigInt(keyCount + 1) });
			expect(calls).toBeGreaterThan(4);
		});

		it("is cancelled", async () => {
			const id = await ask(["delays"]);
			const down: MaterializeRunDeps["writeOnline"] = async () => {
				await cancelRun({ ...house }, anyone, id);
				throw unavailable();
			};
			await materializeRun({ ...deps(), writeOnline: down }, id, never);
			expect((await house.runs.get(id))?.state).toBe("CANCELLED");
		});

		it("waits so long at most, and says what to do then", async () => {
			const id = await ask(["delays"]);
			const down: MaterializeRunDeps["writeOnline"] = () => {
				house.time.now += 1_800_000_000n;
				return Promise.reject(unavailable());
			};
			await materializeRun({ ...deps(), writeOnline: down }, id, never);
			const run = await house.runs.get(id);
			expect(run).toMatchObject({ state: "FAILED", failure: { code: "STORE_UNAVAILABLE", name: "delays" } });
			expect(run?.failure?.hint).toMatch(/materialize again.*Check that it runs/);
		});
	});

	it("goes on where an incremental run gave up, and on to what came since", async () => {
		const id = await ask(["given_up"], true);
		const { writeOnline } = deps();
		let calls = 0;
		let before = 0;
		const dying: MaterializeRunDeps["writeOnline"] = async (...args) => {
			if (++calls <= 2) {
				const written = await writeOnline(...args);
				before += written;
				return written;
			}
			house.time.now += 1_800_000_000n;
			throw new FeaturegraphError("STORE_UNAVAILABLE", "The online store does not answer.");
		};
		await materializeRun({ ...deps(), writeOnline: dying }, id, never);
		const failed = await house.runs.get(id);
		expect(failed).toMatchObject({ state: "FAILED", failure: { code: "STORE_UNAVAILABLE" } });
		const [first, second] = [keys[0] ?? "", keys.at(-1) ?? ""];
		expect((await read("given_up", [first, second])).map((value) => value !== null)).toEqual([true, false]);

		// One of those that are online already gets a newer row meanwhile.
		await test.database.pool.query("INSERT INTO public.given_up VALUES ($1, -1, $2, $2)", [
			first,
			new Date(Number(house.time.now / 1000n)),
		]);
		house.time.now += 60_000_000n;
		const asked: { readonly from: bigint | null; readonly to: bigint; readonly afterKey: unknown }[] = [];
		const watched = deps(
			house.engines.map((engine) => ({
				...engine,
				latest(request) {
					asked.push({ from: request.from, to: request.to, afterKey: request.afterKey });
					return engine.latest(request);
				},
			})),
		);
		const again = await ask(["given_up"], true);
		await materializeRun(watched, again, never);
		const run = await house.runs.get(again);
		expect(run?.state).toBe("SUCCEEDED");
		expect(asked).toMatchObject([{ from: null }, { afterKey: null, to: house.time.now }]);
		expect(asked[0]?.afterKey).not.toBeNull();
		expect(asked[1]?.from).toBeLessThan(asked[0]?.to ?? 0n);
		expect(run?.rowsRead).toBeLessThan(BigInt(keyCount));
		expect((await read("given_up", keys)).every((value) => value !== null)).toBe(true);
		// What was online, and how far, is known: nothing of it is read once more but what is newer.
		expect(before).toBeGreaterThan(0);
		expect(failed?.rowsWritten).toBe(BigInt(before));
		expect(run?.rowsWritten).toBe(BigInt(keyCount - before + 1));
		expect(run?.rowsRead).toBe(run?.rowsWritten);
		expect(await house.watermarks.get(registry.view("given_up").id)).toBe(house.time.now);

		// What is whole is not gone back to.
		asked.length = 0;
		await materializeRun(watched, await ask(["given_up"], true), never);
		expect(asked).toMatchObject([{ afterKey: null }]);
	});

	it("names the view that failed and keeps what the others did", async () => {
		const id = await ask(["broken", "delays"]);
		await materializeRun(deps(), id, never);
		const run = await house.runs.get(id);
		expect(run?.state).toBe("FAILED");
		expect(run?.rowsWritten).toBe(0n);
		expect(run?.rowsRead).toBe(BigInt(keyCount + 1));
		expect(run?.failure?.name).toBe("broken");
		expect(run?.failure?.message).toContain("1 of 2 views failed");
		expect(await house.watermarks.get(registry.view("broken").id)).toBeNull();
	});

	it("is cancelled in the middle", async () => {
		const id = await ask(["delays"]);
		const slow = deps(
			house.engines.map((engine) => ({
				...engine,
				async *latest(request) {
					for await (const batch of engine.latest(request)) {
						yield batch;
						await cancelRun({ ...house }, anyone, id);
					}
				},
			})),
		);
		await materializeRun(slow, id, never);
		expect((await house.runs.get(id))?.state).toBe("CANCELLED");
	});

	it("refuses, by name, what has no online values; and answers a repeated key with the first run", async () => {
		await expect(ask(["history"])).rejects.toMatchObject({ code: "BAD_USER_INPUT", details: { name: "history" } });
		await expect(ask(["delay"])).rejects.toMatchObject({ code: "UNKNOWN_VIEW", details: { nearest: ["delays"] } });
		const input = {
			project: "default",
			views: ["delays"],
			start: null,
			end: null,
			incremental: true,
			idempotencyKey: "k",
		};
		const [first, second] = await Promise.all([
			materialize({ ...house, registry }, anyone, input),
			materialize({ ...house, registry }, anyone, { ...input, views: ["broken"] }),
		]);
		expect(second.id).toBe(first.id);
	});
});
