import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createStore, FeaturegraphClientError } from "../../clients/typescript/src/index.ts";
import { runCommand } from "../support/command-line.ts";
import { applyDefinitions } from "../support/graphql-client.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../support/server.ts";
import { breakingProxy } from "./breaking-proxy.ts";
import type { Registry } from "./registry.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

const definitions = `
entities: { driver: { joinKeys: { driver_id: int64 } } }
sources:
  trips:
    push: {}
    eventTime: ended_at
    columns: { driver_id: int64, ended_at: timestamp, fare: float64, seats: "array<int64>", rating: int32 }
views:
  last_trip: { entities: [driver], source: trips, features: { fare: float64, seats: "array<int64>", rating: int32 } }
  offer:
    kind: on-demand
    inputs: { request: { surge: float64 }, views: [last_trip] }
    features: { price: { type: float64, expression: "last_trip.fare * request.surge" } }
services:
  offer_model: { features: ["last_trip:rating", "offer:price"] }
`;

const beyondDoubles = 2n ** 53n + 1n;

describe("the TypeScript client", () => {
	let folder: TemporaryFolder;
	let server: TestServer;
	beforeAll(async () => {
		folder = await temporaryFolder();
		const inParts = {
			FEATUREGRAPH_LIMIT_TRAINING_SET_SHARD_ROWS: "2000",
			FEATUREGRAPH_LIMIT_TRAINING_SET_FILE_BYTES: "1",
			FEATUREGRAPH_LIMIT_ONLINE_ROWS: "1000",
		};
		server = await startServer({ folder: folder.path, env: inParts });
		await applyDefinitions(server, definitions);
	});
	afterAll(async () => {
		await server.stop();
		await folder.remove();
	});

	it("has its types from codegen, and the compiler refuses names that are none", async () => {
		const source = join(root, ".cache", "codegen-test");
		await mkdir(source, { recursive: true });
		const { code, stderr } = await runCommand(["codegen", "--out", join(source, "registry.ts")], {
			cwd: folder.path,
			env: { FEATUREGRAPH_URL: server.url },
		});
		expect([code, stderr]).toEqual([0, expect.stringContaining("2 views and 1 services")]);
		const golden = await readFile(fileURLToPath(new URL("registry.ts", import.meta.url)), "utf8");
		expect(await readFile(join(source, "registry.ts"), "utf8")).toBe(golden);

		const program = (features: string, row: string, use: string) => `
			import { createStore } from "../../clients/typescript/src/index.ts";
			import type { Registry } from "./registry.ts";
			const store = createStore<Registry>();
			const read = await store.getOnlineFeatures(${features}, [${row}]);
			void read;
			${use}
		`;
		const right = program(
			'["last_trip:fare", "offer:price"]',
			"{ driver_id: 1n, surge: 2 }",
			"const fare: number | null | undefined = read.rows[0]?.last_trip__fare; void fare;",
		);
		const wrong = [
			program('["last_trip:fair"]', "{ driver_id: 1n }", ""),
			program('["last_trip:fare"]', "{ driver: 1n }", ""),
			program(
				'["last_trip:fare"]',
				"{ driver_id: 1n }",
				"const text: string | null | undefined = read.rows[0]?.last_trip__fare; void text;",
			),
		];
		const config = {
			extends: "../../tsconfig.json",
			// Node's and a browser's types of `fetch` differ: a project may have either.
			compilerOptions: { incremental: false, lib: ["esnext", "dom"] },
			include: ["*.ts"],
			exclude: [],
		};
		await writeFile(join(source, "tsconfig.json"), JSON.stringify(config));
		await Promise.all([right, ...wrong].map((text, index) => writeFile(join(source, `use-${index}.ts`), text)));
		const tsc = join(root, "node_modules/typescript/bin/tsc");
		const told = await run(process.execPath, [tsc, "-p", source], { cwd: source }).then(
			() => "",
			(error: unknown) => (error as { readonly stdout: string }).stdout,
		);
		const places = told
			.split("\n")
			.flatMap((line) => /^(\S+)\.ts\(.*error (TS\d+)/.exec(line)?.slice(1, 3).join(" ") ?? []);
		expect(places).toEqual(["use-1 TS2820", "use-2 TS2322", "use-3 TS2322"]);
		expect(told).toContain(`Did you mean '"last_trip:fare"'?`);
	});

	it("reads back what it pushed, exactly", async () => {
		const store = createStore<Registry>({ url: server.url });
		const at = "2024-05-01T08:00:00.123456Z";
		const pushed = await store.push({ source: "trips" }, [
			{ driver_id: 1n, ended_at: at, fare: 7.5, seats: [beyondDoubles], rating: 5 },
			{ driver_id: beyondDoubles, ended_at: at, fare: Number.NaN, seats: null, rating: null },
			{ driver_id: null, ended_at: at, fare: 1, seats: null, rating: null },
		]);
		expect(pushed).toMatchObject({ accepted: 2, rejected: [{ index: 2, code: "MISSING_JOIN_KEY" }] });
		const read = await store.getOnlineFeatures(
			["last_trip:fare", "last_trip:seats", "offer:price"],
			[
				{ driver_id: 1, surge: 2 },
				{ driver_id: beyondDoubles, surge: 2 },
				{ driver_id: 404, surge: 2 },
			],
		);
		expect(read.rows.map((row) => [row.last_trip__fare, row.last_trip__seats, row.offer__price])).toEqual([
			[7.5, [beyondDoubles], 15],
			[Number.NaN, null, Number.NaN],
			[null, null, null],
		]);
		expect(read.rows[1]?.["driver_id"]).toBe(beyondDoubles);
		expect(read.statuses.last_trip__fare).toEqual(["PRESENT", "PRESENT", "NOT_FOUND"]);
		expect(read.eventTimes.last_trip__fare).toEqual([at, at, null]);
		const served = await store.getServiceFeatures("offer_model", [{ driver_id: 1, surge: 3 }]);
		expect(served.rows[0]).toMatchObject({ last_trip__rating: 5, offer__price: 22.5 });
	});

	it("reads a view through a binding", async () => {
		const store = createStore<Registry>({ url: server.url });
		const read = await store.getOnlineFeatures(["first:rating"], [{ first_driver: 1 }], {
			bindings: { first: { view: "last_trip", joinKeys: { driver_id: "first_driver" } } },
		});
		expect(read.rows.map((row) => row.first__rating)).toEqual([5]);
	});

	it("draws a training set from rows, and saves it", async () => {
		const store = createStore<Registry>({ url: server.url });
		const shares: number[] = [];
		const labels = ["2024-05-01T07:00:00Z", "2024-05-01T09:00:00Z"].map((event_timestamp) => ({
			driver_id: 1n,
			event_timestamp,
		}));
		const drawn = await store.getHistoricalFeatures(labels, ["last_trip:fare"], {
			format: "CSV",
			onProgress: (share) => shares.push(share),
		});
		expect(drawn.rowCount).toBe(2n);
		expect(shares.at(-1)).toBe(1);
		await drawn.saveTo(join(folder.path, "drawn.csv"));
		expect((await readFile(join(folder.path, "drawn.csv"), "utf8")).trim().split("\n").slice(1)).toEqual([
			"1,2024-05-01T07:00:00Z,",
			"1,2024-05-01T09:00:00Z,7.5",
		]);
		const cuts = ["2024-05-01T08:00:00Z"];
		const splits = { byTime: { parts: ["train", "test"], cuts } };
		const cut = await store.getHistoricalFeatures(labels, ["last_trip:fare"], { format: "CSV", splits });
		expect([...cut.splits].map(([name, { rowCount }]) => [name, rowCount])).toEqual([
			["train", 1n],
			["test", 1n],
		]);
		await cut.splits.get("test")?.saveTo(join(folder.path, "test.csv"));
		await expect(drawn.saveTo(join(folder.path, "no folder", "drawn.csv"))).rejects.toMatchObject({ code: "ENOENT" });
		expect(await readFile(join(folder.path, "test.csv"), "utf8")).toMatch(/09:00:00Z,7.5\n$/);
	});

	it("pushes many rows in batches, and goes on where a connection broke", async () => {
		const proxy = await breakingProxy(server.url);
		const store = createStore<Registry>({ url: proxy.url });
		const at = "2024-05-02T08:00:00Z";
		const rows = Array.from({ length: 10_002 }, (_, row) => ({
			driver_id: row === 10_001 ? null : row,
			ended_at: at,
			fare: 1,
		}));
		proxy.breaks({ path: "/push", bytes: 0, times: 1 });
		const pushed = await store.push({ source: "trips" }, rows, { to: "OFFLINE", idempotencyKey: "many" });
		expect(pushed).toMatchObject({ accepted: 10_001, rejected: [{ index: 10_001, code: "MISSING_JOIN_KEY" }] });
		expect(pushed.warnings.map(({ code, name }) => `${code} ${name}`)).toEqual([
			"OMITTED_FEATURE seats",
			"OMITTED_FEATURE rating",
		]);
		expect(proxy.seen.map(({ key }) => key)).toEqual(["many:0+10000", "many:0+10000", "many:10000+2"]);

		const labels = Array.from({ length: 2000 }, (_, row) => ({
			driver_id: row,
			event_timestamp: "2024-05-03T08:00:00Z",
		}));
		const drawn = await store.getHistoricalFeatures(labels, ["last_trip:fare"], { format: "NDJSON" });
		const [whole, parts] = [join(folder.path, "whole.ndjson"), join(folder.path, "parts.ndjson")];
		await drawn.saveTo(whole);
		proxy.breaks({ path: "/files/", bytes: 10_000, times: 2 });
		await drawn.saveTo(parts);
		const file = await readFile(whole);
		expect((await readFile(parts)).equals(file)).toBe(true);

		// What an earlier call left is gone on with.
		const etag = (await fetch(new URL(proxy.seen.at(-1)?.url ?? "", server.url), { method: "HEAD" })).headers.get(
			"etag",
		);
		const name = createHash("sha256")
			.update(etag ?? "")
			.digest("hex")
			.slice(0, 12);
		await writeFile(`${parts}.${name}.partial`, file.subarray(0, 10_000));
		await drawn.saveTo(parts);
		expect(proxy.seen.at(-1)?.range).toBe("bytes=10000-");
		expect((await readFile(parts)).equals(file)).toBe(true);
		await proxy.close();
	});

	it("goes on with an upload where its connection broke", async () => {
		const proxy = await breakingProxy(server.url);
		const store = createStore<Registry>({ url: proxy.url });
		const labels = Array.from({ length: 1500 }, (_, row) => ({
			driver_id: row,
			event_timestamp: "2024-05-03T08:00:00Z",
			note: "a label that takes some room, so that it does not come in one piece".repeat(3),
		}));
		const file = join(folder.path, "labels.ndjson");
		await writeFile(file, labels.map((label) => JSON.stringify(label)).join("\n"));
		proxy.breaksUploads(1);
		const drawn = await store.getHistoricalFeatures({ file }, ["last_trip:fare"]);
		expect(drawn.rowCount).toBe(1500n);
		const methods = proxy.seen.map(({ method }) => method);
		expect(methods.slice(0, 2)).toEqual(["PUT", "HEAD"]);
		const last = proxy.seen.at(-1);
		expect([last?.method, last?.contentRange]).toEqual(["PUT", expect.stringMatching(/^bytes [1-9]\d*-/)]);
		// What came whole is not sent again where only the answer was lost.
		proxy.seen.length = 0;
		proxy.breaks({ path: "/files/uploads/", bytes: 0, times: 1 });
		await store.getHistoricalFeatures(labels, ["last_trip:fare"]);
		expect(proxy.seen.map(({ method }) => method)).toEqual(["PUT", "HEAD"]);
		await proxy.close();
	});

	it("reads more rows than are answered at once in parts, in order", async () => {
		const proxy = await breakingProxy(server.url);
		const store = createStore<Registry>({ url: proxy.url });
		await store.push({ source: "trips" }, [
			{ driver_id: 70_000, ended_at: "2024-05-01T08:00:00Z", fare: 1, seats: [1n, 2n], rating: 1 },
			{ driver_id: 72_499, ended_at: "2024-05-01T08:00:00Z", fare: 2, seats: [3n], rating: 2 },
		]);
		const entities = Array.from({ length: 2500 }, (_, row) => ({ driver_id: row === 1300 ? "x" : 70_000 + row }));
		const read = await store.getOnlineFeatures(["last_trip:seats", "last_trip:fare"], entities);
		expect(read.rows).toHaveLength(2500);
		expect(read.rows.map((row) => row["driver_id"])).toEqual(
			entities.map((_, row) => (row === 1300 ? null : BigInt(70_000 + row))),
		);
		expect([read.rows[0], read.rows[2499]].map((row) => [row?.last_trip__seats, row?.last_trip__fare])).toEqual([
			[[1n, 2n], 1],
			[[3n], 2],
		]);
		expect(read.statuses.last_trip__fare?.flatMap((status, row) => (status === "PRESENT" ? [row] : []))).toEqual([
			0, 2499,
		]);
		expect(read.eventTimes.last_trip__fare?.[2499]).toBe("2024-05-01T08:00:00Z");
		expect(read.rowErrors).toMatchObject([{ index: 1300, code: "INVALID_VALUE" }]);
		const surged = entities.map((row, at) => (at === 0 ? { ...row, surge: 2 } : row));
		expect((await store.getOnlineFeatures(["offer:price"], surged)).rows[0]?.offer__price).toBe(2);
		await expect(store.getOnlineFeatures(["last_trip:fair" as "last_trip:fare"], entities)).rejects.toMatchObject({
			code: "UNKNOWN_FEATURE",
		});
		await proxy.close();
	});

	it("ends values", async () => {
		const store = createStore<Registry>({ url: server.url });
		const row = { driver_id: 80_000, ended_at: "2024-05-01T08:00:00Z", fare: 1, seats: null, rating: 1 };
		await store.push({ source: "trips" }, [row]);
		const gone = { driver_id: 80_000, ended_at: "2024-05-02T08:00:00Z" };
		const ended = await store.delete({ source: "trips" }, [gone, { ended_at: gone.ended_at }]);
		expect(ended).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: "MISSING_JOIN_KEY" }] });
		const { statuses } = await store.getOnlineFeatures(["last_trip:fare"], [{ driver_id: 80_000 }]);
		expect(statuses.last_trip__fare).toEqual(["NOT_FOUND"]);
	});

	it("tells where a training set came from, and draws it again", async () => {
		const store = createStore<Registry>({ url: server.url });
		const labels = [{ driver_id: 1n, event_timestamp: "2024-05-01T09:00:00Z" }];
		const drawn = await store.getHistoricalFeatures(labels, ["last_trip:fare"]);
		const provenance = await drawn.provenance();
		expect(provenance?.views.map(({ name, version }) => [name, version])).toEqual([["last_trip", 1]]);
		expect(provenance?.logPositions[0]?.position).toBeTypeOf("bigint");
		expect(provenance?.columns.find(({ name }) => name === "last_trip__fare")).toMatchObject({
			max: 7.5,
			nullCount: 0n,
		});
		const again = await drawn.reproduce();
		expect([again.identical, again.differences, again.trainingSet.contentHash]).toEqual([true, [], drawn.contentHash]);
		expect(again.trainingSet.id).not.toBe(drawn.id);
		expect((await store.trainingSet(drawn.id)).contentHash).toBe(drawn.contentHash);
		await expect(store.trainingSet("nothing")).rejects.toMatchObject({ code: "NOT_FOUND" });
		const before = { driver_id: 1n, ended_at: "2024-05-01T08:30:00Z", fare: 9, seats: null, rating: 1 };
		await store.push({ source: "trips" }, [before]);
		expect((await drawn.reproduce()).identical).toBe(true);
	});

	it("saves a training set in parts as a folder of them", async () => {
		const store = createStore<Registry>({ url: server.url });
		const labels = Array.from({ length: 3500 }, (_, row) => ({
			driver_id: row,
			event_timestamp: "2024-05-03T08:00:00Z",
		}));
		const drawn = await store.getHistoricalFeatures(labels, ["last_trip:fare"], { format: "NDJSON" });
		const saved = join(folder.path, "parts");
		const keys = async (): Promise<number[]> => {
			const texts = await Promise.all([0, 1].map((part) => readFile(join(saved, `part-0000${part}.ndjson`), "utf8")));
			const rows = texts.join("").trim().split("\n");
			return rows.map((row) => Number((JSON.parse(row) as { readonly driver_id: unknown }).driver_id));
		};
		await drawn.saveTo(saved);
		expect(await keys()).toEqual(labels.map(({ driver_id }) => driver_id));
		await writeFile(join(saved, "part-00001.ndjson"), "spoiled");
		await drawn.saveTo(saved);
		expect(await keys()).toHaveLength(3500);
	});

	it("says what was refused, with the nearest names", async () => {
		const store = createStore({ url: server.url });
		const refused = await store
			.getOnlineFeatures(["last_trap:fare"], [{ driver_id: 1 }])
			.catch((error: unknown) => error);
		expect(refused).toBeInstanceOf(FeaturegraphClientError);
		expect(refused).toMatchObject({ code: "UNKNOWN_VIEW", errors: [{ nearest: ["last_trip"] }] });
		const nobody = createStore({ url: "http://127.0.0.1:9" });
		await expect(nobody.getOnlineFeatures(["a:b"], [{}])).rejects.toMatchObject({ code: "GATEWAY_UNREACHABLE" });
	});
});
