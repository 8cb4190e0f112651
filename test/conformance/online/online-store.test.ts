import { spawn } from "node:child_process";
import { once } from "node:events";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { compileDecoder, type OnlineRow } from "../../../core/online/decode.ts";
import { compileEncoder, type OnlineRowIn } from "../../../core/online/encode.ts";
import { compileKeyEncoder, projectPrefix, viewPrefix } from "../../../core/online/key.ts";
import { onlineLayout } from "../../../core/online/layout.ts";
import type { OnlineStore, OnlineWrite } from "../../../core/ports/online-store.ts";
import { arrayOf, type Column, scalar, scalarTypes } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { anyShape, compareRows, type RowShape, rowOf } from "../../support/arbitrary-online-rows.ts";
import { valueOf } from "../../support/arbitrary-values.ts";
import { packedBatch } from "../../support/packed-batch.ts";
import { redisServer } from "../../support/redis.ts";
import {
	shape as concurrentShape,
	encode as encodeConcurrent,
	entities,
	generatedRows,
	keyOf,
} from "./concurrent-rows.ts";
import { type Backend, backends, systemClock } from "./stores.ts";

const joinKeys: readonly Column[] = [{ name: "id", type: scalar("INT64") }];
const doubles: RowShape = {
	features: [
		{ name: "a", type: scalar("FLOAT64") },
		{ name: "b", type: scalar("STRING") },
	],
	tieBreak: [],
};
const encodeDoubles = compileEncoder(onlineLayout(doubles.features, []));
const at = (eventTime: bigint, values: readonly Value[] = [1, "x"]): Uint8Array =>
	encodeDoubles({ eventTime, createdTime: null, tieBreak: [], sequence: null, deleted: false, values });
const never = new AbortController().signal;
const hex = (bytes: Uint8Array | null | undefined) => (bytes ? Buffer.from(bytes).toString("hex") : bytes);

for (const [name, start] of Object.entries(backends))
	describe.skipIf(name !== "lmdb" && redisServer.missing)(
		`online store on ${name}${name === "lmdb" ? "" : redisServer.reason}`,
		() => {
			let backend: Backend;
			let clients: OnlineStore[];
			let store: OnlineStore;
			let view = 0;
			let key: (id: bigint) => Uint8Array;

			beforeAll(async () => {
				backend = await start();
				clients = [backend.open(), backend.open(), backend.open()];
				store = clients[0] as OnlineStore;
			});
			afterAll(async () => {
				await Promise.all(clients.map((client) => client.close()));
				await backend.stop();
			});
			beforeEach(() => {
				const encode = compileKeyEncoder(1, ++view, joinKeys);
				key = (id) => encode([id]);
			});
			const write = (id: bigint, value: Uint8Array, expiresAt: bigint | null = null): OnlineWrite => ({
				key: key(id),
				value,
				expiresAt,
			});

			it("reads what was written, in the order of the keys, null where there is nothing", async () => {
				expect(await store.write([write(1n, at(1n)), write(2n, at(2n))])).toEqual(["WRITTEN", "WRITTEN"]);
				const read = await store.read([key(2n), key(9n), key(1n), key(2n)]);
				expect(read.map(hex)).toEqual([hex(at(2n)), null, hex(at(1n)), hex(at(2n))]);
				expect(await store.read([])).toEqual([]);
				expect(await store.write([])).toEqual([]);
				await store.ping();
			});

			it("keeps the newer, within a batch too, and says which", async () => {
				expect(await store.write([5n, 3n, 5n, 7n].map((time) => write(1n, at(time))))).toEqual([
					"WRITTEN",
					"OLDER",
					"OLDER",
					"WRITTEN",
				]);
				expect(
					await store.write([write(1n, at(6n)), write(1n, at(7n, [2, "a"])), write(1n, at(7n, [2, null]))]),
				).toEqual(["OLDER", "WRITTEN", "OLDER"]);
				expect((await store.read([key(1n)])).map(hex)).toEqual([hex(at(7n, [2, "a"]))]);
			});

			it("takes packed rows as it takes them one by one: the same are written, the same is there", async () => {
				const rows = Array.from({ length: 3000 }, (_, i) => ({
					id: BigInt((i * 7919) % 1700),
					value: at(BigInt((i * 104_729) % 997), [i % 5, "x".repeat(i % 40)]),
				}));
				const [single, packed] = [1, 2].map((version) => {
					const encode = compileKeyEncoder(7, 1000 * view + version, joinKeys);
					return rows.map(({ id, value }) => ({ key: encode([id]), value, expiresAt: null }));
				}) as [OnlineWrite[], OnlineWrite[]];
				const outcomes = await store.write(single);
				expect(await store.writePacked(packedBatch(view, packed))).toBe(
					outcomes.filter((outcome) => outcome === "WRITTEN").length,
				);
				const values = await Promise.all([single, packed].map((writes) => store.read(writes.map((each) => each.key))));
				expect(values[1]?.map(hex)).toEqual(values[0]?.map(hex));
				expect(await store.writePacked(packedBatch(view, packed))).toBe(0);
				expect(await store.writePacked(packedBatch(view, []))).toBe(0);
			});

			it("lets packed rows expire, and large ones in", async () => {
				const gone = systemClock.now() - 1_000_000n;
				const large = at(1n, [1, "é".repeat(300_000)]);
				expect(await store.writePacked(packedBatch(view, [write(1n, at(9n), gone), write(2n, at(9n), gone)]))).toBe(2);
				expect(
					await store.writePacked(
						packedBatch(
							view,
							Array.from({ length: 12 }, (_, i) => write(BigInt(10 + i), large)),
						),
					),
				).toBe(12);
				expect(hex((await store.read([key(21n)]))[0])).toBe(hex(large));
				expect(await store.read([key(1n), key(2n)])).toEqual([null, null]);
				const later = write(1n, at(1n), gone + 3_600_000_000n);
				expect(await store.writePacked(packedBatch(view, [later]))).toBe(1);
				expect((await store.read([key(1n)])).map(hex)).toEqual([hex(at(1n))]);
			});

			it("compares as unsigned bytes, whatever the locale", async () => {
				const ascending = ["", "A", "Z", "_", "a", "z", "\u007f", "é", "\uffff", "\u{10000}"];
				for (const [i, text] of ascending.entries()) {
					const others = ascending.slice(0, i).map((lower) => write(BigInt(i), at(0n, [0, lower])));
					const outcomes = await store.write([write(BigInt(i), at(0n, [0, text])), ...others]);
					expect(outcomes, text).toEqual(["WRITTEN", ...others.map(() => "OLDER")]);
				}
			});

			it("ends with the newest of each entity, as the naive order has it, from several writers in any order", async () => {
				let compared = 0;
				await fc.assert(
					fc.asyncProperty(
						anyShape.chain((shape) =>
							fc.tuple(
								fc.constant(shape),
								fc.array(fc.tuple(fc.bigInt({ min: 0n, max: 3n }), rowOf(shape), fc.nat({ max: 2 })), {
									minLength: 1,
									maxLength: 24,
								}),
							),
						),
						async ([shape, rows]) => {
							const encode = compileEncoder(onlineLayout(shape.features, shape.tieBreak));
							const keyOf = compileKeyEncoder(2, ++view, joinKeys);
							const batches = clients.map((_, writer) =>
								rows
									// What one writes the next one repeats, now and then.
									.filter((row, index) => row[2] === writer || (index % 5 === 0 && row[2] === (writer + 1) % 3))
									.map(([id, row]) => ({ key: keyOf([id]), value: encode(row), expiresAt: null })),
							);
							await Promise.all(
								batches.flatMap((batch, writer) => {
									const client = clients[writer] as OnlineStore;
									const middle = Math.floor(batch.length / 2);
									// One by one and packed, side by side.
									return [
										client.write(batch.slice(0, middle)),
										client.writePacked(packedBatch(view, batch.slice(middle))),
									];
								}),
							);
							const decode = compileDecoder(
								onlineLayout(shape.features, shape.tieBreak),
								shape.features.map(({ name }) => name),
							);
							for (const id of [0n, 1n, 2n, 3n]) {
								const candidates = rows.filter((row) => row[0] === id).map((row) => row[1]);
								const [stored] = await store.read([keyOf([id])]);
								if (candidates.length === 0) {
									expect(stored).toBeNull();
									continue;
								}
								const newest = candidates.reduce((best, row) => (compareRows(row, best, shape) > 0 ? row : best));
								const row = decode(stored as Uint8Array) as OnlineRow;
								expect(row).toMatchObject({ eventTime: newest.eventTime, deleted: newest.deleted });
								const winners = candidates.filter((candidate) => compareRows(candidate, newest, shape) === 0);
								expect(winners.some((winner) => hex(encode(winner)) === hex(stored))).toBe(true);
								compared += candidates.length;
							}
						},
					),
					// Each write of LMDB waits for its disk.
					{ numRuns: name === "lmdb" ? 400 : 1000 },
				);
				expect(compared).toBeGreaterThan(2000);
			});

			it("ends with the newest of each entity from several processes that write at once", async () => {
				const seed = Math.floor(Math.random() * 2 ** 31);
				const program = new URL("writer-process.ts", import.meta.url).pathname;
				const writers = [0, 1].map((writer) =>
					spawn(process.execPath, [program, backend.place, String(seed), String(writer)], {
						stdio: ["pipe", "pipe", "inherit"],
					}),
				);
				await Promise.all(writers.map((child) => once(child.stdout, "data")));
				const ended = writers.map((child) => once(child, "exit"));
				for (const child of writers) child.stdin.write("go\n");
				expect(await Promise.all(ended), `seed ${seed}`).toEqual(writers.map(() => [0, null]));
				const rows = generatedRows(seed);
				const ids = Array.from({ length: Number(entities) }, (_, id) => BigInt(id));
				const stored = await store.read(ids.map(keyOf));
				for (const [i, id] of ids.entries()) {
					const candidates = rows.filter((entry) => entry.id === id).map(({ row }) => row);
					const newest = candidates.reduce((best, row) => (compareRows(row, best, concurrentShape) > 0 ? row : best));
					const winners = candidates.filter((row) => compareRows(row, newest, concurrentShape) === 0);
					expect(
						winners.map((row) => hex(encodeConcurrent(row))),
						`seed ${seed}, entity ${id}`,
					).toContain(hex(stored[i]));
				}
			});

			it.each(scalarTypes.flatMap((type) => (type === "JSON" ? [scalar(type)] : [scalar(type), arrayOf(type)])))(
				"gives back values of $scalar (array: $isArray)",
				async (type) => {
					const layout = onlineLayout([{ name: "it", type }], []);
					const [encode, decode] = [compileEncoder(layout), compileDecoder(layout, ["it"])];
					const values = fc.sample(valueOf(type), { numRuns: 60, seed: 7 });
					const row: Omit<OnlineRowIn, "values"> = {
						eventTime: 0n,
						createdTime: 1n,
						tieBreak: [],
						sequence: 2n,
						deleted: false,
					};
					await store.write(values.map((value, i) => write(BigInt(i), encode({ ...row, values: [value] }))));
					const read = await store.read(values.map((_, i) => key(BigInt(i))));
					expect(read.map((bytes) => (decode(bytes as Uint8Array) as OnlineRow).values[0])).toEqual(values);
				},
			);

			it("forgets by prefix, and nothing else", async () => {
				// View versions whose numbers hold bytes that mean something in a pattern.
				const special = [0x2a, 0x3f, 0x5b, 0x5c, 0x5d, 0x2d, 0xff, 0xffff].map((low) => 0x1000_0000 + low);
				const keyOf = (project: number, version: number, id: bigint) =>
					compileKeyEncoder(project, version, joinKeys)([id]);
				const all = [8, 9].flatMap((project) =>
					special.flatMap((version) => [0n, 1n].map((id) => ({ project, version, key: keyOf(project, version, id) }))),
				);
				await store.write(all.map((entry) => ({ key: entry.key, value: at(1n), expiresAt: null })));
				for (const version of special) {
					expect(await store.drop(viewPrefix(8, version))).toBe(2);
					expect(await store.drop(viewPrefix(8, version))).toBe(0);
				}
				const left = await store.read(all.map((entry) => entry.key));
				expect(left.map((value) => value !== null)).toEqual(all.map((entry) => entry.project === 9));
				expect(await store.drop(projectPrefix(9))).toBe(2 * special.length);
			});

			it("says how much it holds", async () => {
				const before = await store.usage();
				await store.write(Array.from({ length: 2000 }, (_, i) => write(BigInt(i), at(1n))));
				const after = await store.usage();
				expect(after.entities - before.entities).toBe(2000);
				// Key and value are of some sixty bytes.
				expect(after.bytes).toBeGreaterThan(2000 * 40);
			});

			it("measures what a prefix takes, by view version", async () => {
				const keyOf = (project: number, version: number, id: number) =>
					compileKeyEncoder(project, version, joinKeys)([BigInt(id)]);
				const text = "x".repeat(400);
				const writes = [
					...Array.from({ length: 700 }, (_, id) => ({ key: keyOf(20, 0x2a3f, id), value: at(1n) })),
					...Array.from({ length: 300 }, (_, id) => ({ key: keyOf(20, 0x2a40, id), value: at(1n, [1, text]) })),
					{ key: keyOf(21, 5, 0), value: at(1n) },
				];
				await store.write(writes.map((each) => ({ ...each, expiresAt: null })));
				const measured = await store.measure(projectPrefix(20), never);
				expect([...measured.keys()].sort()).toEqual([0x2a3f, 0x2a40]);
				const [small, large] = [measured.get(0x2a3f), measured.get(0x2a40)];
				expect([small?.entities, large?.entities]).toEqual([700, 300]);
				// Of a small one some fifty to a hundred and fifty bytes, of a large one four hundred more.
				const each = (usage: typeof small) => (usage?.bytes ?? 0) / (usage?.entities ?? 1);
				expect(each(small)).toBeGreaterThan(30);
				expect(each(small)).toBeLessThan(250);
				expect(each(large) - each(small)).toBeGreaterThan(380);
				expect(each(large) - each(small)).toBeLessThan(560);
				expect(await store.measure(viewPrefix(21, 5), never)).toHaveProperty("size", 1);
				expect(await store.measure(projectPrefix(22), never)).toHaveProperty("size", 0);
				const stopped = AbortSignal.abort(new Error("enough"));
				await expect(store.measure(projectPrefix(20), stopped)).rejects.toThrow("enough");
				for (const project of [20, 21]) await store.drop(projectPrefix(project));
			});

			it("forgets thousands by prefix", async () => {
				await store.write(Array.from({ length: 3500 }, (_, i) => write(BigInt(i), at(1n))));
				expect(await store.drop(viewPrefix(1, view))).toBe(3500);
			});

			it("forgets what has expired, and lets an older write in then", async () => {
				// Late enough to be seen before, however slow the machine is.
				const soon = systemClock.now() + 1_500_000n;
				await store.write([write(1n, at(9n), soon), write(2n, at(9n), null), write(3n, at(9n), soon + 3_600_000_000n)]);
				expect((await store.read([1n, 2n, 3n].map(key))).map((value) => value !== null)).toEqual([true, true, true]);
				await backend.pass(1700);
				expect((await store.read([1n, 2n, 3n].map(key))).map((value) => value !== null)).toEqual([false, true, true]);
				expect(await store.write([write(1n, at(1n)), write(2n, at(1n))])).toEqual(["WRITTEN", "OLDER"]);
			});

			it("frees the room of what has expired", async () => {
				const soon = systemClock.now() + 100_000n;
				await store.write(Array.from({ length: 2500 }, (_, i) => write(BigInt(i), at(1n), i % 2 === 0 ? soon : null)));
				await backend.pass(300);
				const freed = await store.sweep();
				if (store.name === "lmdb") expect(freed).toBeGreaterThanOrEqual(1250);
				expect(await store.drop(viewPrefix(1, view))).toBe(1250);
			});

			it("drops its expiry when a newer write has none", async () => {
				await store.write([write(1n, at(1n), systemClock.now() + 150_000n)]);
				await store.write([write(1n, at(2n), null)]);
				await backend.pass(300);
				expect((await store.read([key(1n)])).map(hex)).toEqual([hex(at(2n))]);
			});

			it("overwrites what is no value of its format", async () => {
				await store.write([{ key: key(1n), value: Buffer.from("99 something else"), expiresAt: null }]);
				expect(await store.write([write(1n, at(1n))])).toEqual(["WRITTEN"]);
				expect((await store.read([key(1n)])).map(hex)).toEqual([hex(at(1n))]);
			});

			it("takes large batches and large values", async () => {
				const writes = Array.from({ length: 12_000 }, (_, i) => write(BigInt(i), at(BigInt(i))));
				expect(new Set(await store.write(writes))).toEqual(new Set(["WRITTEN"]));
				const read = await store.read([...writes.map((w) => w.key), key(-1n)]);
				expect(read.length).toBe(12_001);
				expect(read.every((value, i) => (i === 12_000 ? value === null : hex(value) === hex(writes[i]?.value)))).toBe(
					true,
				);
				const large = at(1n, [1, "é".repeat(300_000)]);
				await store.write(Array.from({ length: 10 }, (_, i) => write(BigInt(-10 - i), large)));
				expect(hex((await store.read([key(-19n)]))[0])).toBe(hex(large));
			});

			it("is unavailable, and says so, once closed", async () => {
				const closed = backend.open();
				await closed.write([write(1n, at(1n))]);
				await closed.close();
				await expect(closed.read([key(1n)])).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
				await expect(closed.write([write(1n, at(1n))])).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
				await expect(closed.writePacked(packedBatch(view, [write(1n, at(1n))]))).rejects.toMatchObject({
					code: "STORE_UNAVAILABLE",
				});
			});
		},
	);
