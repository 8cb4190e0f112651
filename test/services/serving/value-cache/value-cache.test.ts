import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileKeyEncoder } from "../../../../core/online/key.ts";
import { noObserver } from "../../../../core/ports/online-observer.ts";
import { scalar } from "../../../../core/values/type.ts";
import { newUse, unreadable } from "../../../../services/serving/read/packed-reader.ts";
import { cachedReads, nameOf } from "../../../../services/serving/value-cache/cached-reads.ts";
import { type CachePolicy, ValueCache } from "../../../../services/serving/value-cache/value-cache.ts";

const keysOf = (view: number) => {
	const encode = compileKeyEncoder(1, view, [{ name: "id", type: scalar("INT64") }]);
	return (id: number) => encode([BigInt(id)]);
};
/** A part of a larger buffer, as values of a socket are. */
const byte = (value: number): Uint8Array => Buffer.of(99, value, value >> 8, 99).subarray(1, 3);
const policy: CachePolicy = { maxStalenessMs: 1000, unansweredMs: 60_000 };

/** A cache over a store in a map; every read resolves when the test says so. */
function setUp(options: { readonly entries?: number; readonly bytes?: number } = {}) {
	let now = 0;
	let reads = 0;
	let down = false;
	const policies = new Map<number, CachePolicy | null>();
	const stored = new Map<string, Uint8Array>();
	const cache = new ValueCache({ entries: 1000, bytes: 1 << 20, now: () => now, ...options });
	const reader = cachedReads({
		cache,
		policyOf: (id) => (policies.has(id) ? (policies.get(id) ?? null) : policy),
		observer: noObserver,
		reads: {
			async read(keys) {
				reads++;
				if (down) throw new Error("down");
				return keys.map((key) => stored.get(nameOf(key)) ?? null);
			},
		},
	});
	return {
		cache,
		policies,
		use: newUse(),
		read: (keys: readonly Uint8Array[], use = newUse()) => reader.read(keys, use),
		write: (key: Uint8Array, value: number) => void stored.set(nameOf(key), byte(value)),
		pass(ms: number) {
			now += ms;
		},
		breakStore(isDown = true) {
			down = isDown;
		},
		get reads() {
			return reads;
		},
	};
}

describe("the cache of online values", () => {
	const [a, b, c] = [1, 2, 3].map(keysOf(7)) as [Uint8Array, Uint8Array, Uint8Array];
	const other = keysOf(8)(1);

	it("answers from memory as long as the view allows, values that are not there too", async () => {
		const { read, write, pass, ...test } = setUp();
		write(a, 1);
		const use = newUse();
		expect(await read([a, b], use)).toEqual([byte(1), null]);
		expect(await read([b, a], use)).toEqual([null, byte(1)]);
		expect(use).toMatchObject({ cacheHits: 2, cacheMisses: 2 });
		write(a, 2);
		pass(1000);
		expect(await read([a])).toEqual([byte(1)]);
		pass(1);
		expect(await read([a])).toEqual([byte(2)]);
		expect(test.cache.size.entries).toBe(2);
	});

	it("asks the store for what is not there alone, for all that is asked past it, and for views without it", async () => {
		const { read, write, policies, ...test } = setUp();
		write(a, 1);
		await read([a]);
		write(a, 2);
		expect(await read([a], newUse(true))).toEqual([byte(2)]);
		expect(await read([a])).toEqual([byte(2)]);
		policies.set(8, null);
		write(other, 5);
		const use = newUse();
		await read([other, a], use);
		write(other, 6);
		expect(await read([other, a], use)).toEqual([byte(6), byte(2)]);
		expect(use).toMatchObject({ cacheHits: 2, cacheMisses: 0 });
		expect(test.cache.size.entries).toBe(1);
	});

	it("stays within its entries and its bytes", async () => {
		const few = setUp({ entries: 10 });
		const small = setUp({ bytes: 4000 });
		const keys = Array.from({ length: 100 }, (_, i) => keysOf(7)(i));
		await few.read(keys);
		await small.read(keys);
		expect(few.cache.size.entries).toBe(10);
		expect(small.cache.size.bytes).toBeLessThanOrEqual(4000);
		expect(small.cache.size.entries).toBeGreaterThan(5);
	});

	it("serves what it has, marked by its view, while the store does not answer", async () => {
		const { read, write, pass, breakStore, policies } = setUp();
		write(a, 1);
		write(other, 2);
		await read([a, b, other]);
		pass(30_000);
		breakStore();
		const use = newUse();
		const values = await read([a, b, c], use);
		expect(values.slice(0, 2)).toEqual([byte(1), null]);
		expect(values[2]).toBe(unreadable);
		expect(use.staleViews).toEqual(new Set([7]));
		await expect(read([c])).rejects.toThrow("down");
		await expect(read([a], newUse(true))).rejects.toThrow("down");
		policies.set(8, { maxStalenessMs: 1000, unansweredMs: 20_000 });
		await expect(read([other])).rejects.toThrow("down");
		pass(30_001);
		await expect(read([a])).rejects.toThrow("down");
	});

	it("takes nothing for fresh while invalidations do not arrive, nor what was there then", async () => {
		const { read, write, cache } = setUp();
		write(a, 1);
		await read([a]);
		write(a, 2);
		cache.trust(false);
		expect(await read([a])).toEqual([byte(2)]);
		write(a, 3);
		expect(await read([a])).toEqual([byte(3)]);
		write(a, 4);
		cache.trust(true);
		expect(await read([a])).toEqual([byte(4)]);
		write(a, 5);
		expect(await read([a])).toEqual([byte(4)]);
	});

	it("forgets keys and views that were written", async () => {
		const { read, write, cache } = setUp();
		for (const key of [a, b, other]) write(key, 1);
		await read([a, b, other]);
		for (const key of [a, b, other]) write(key, 2);
		cache.invalidate([nameOf(a)]);
		expect(await read([a, b, other])).toEqual([byte(2), byte(1), byte(1)]);
		cache.invalidateView(7);
		expect(await read([a, b, other])).toEqual([byte(2), byte(2), byte(1)]);
		cache.clear();
		expect(await read([other])).toEqual([byte(2)]);
	});

	it("never brings back an older value after its invalidation, however reads, writes and news of them interleave", async () => {
		type Step =
			| { readonly kind: "begin"; readonly keys: readonly number[] }
			| { readonly kind: "sees" | "ends" | "news"; readonly which: number }
			| { readonly kind: "write"; readonly key: number; readonly how: "key" | "view" | "lost" };
		const keyIndex = fc.nat({ max: 2 });
		const step: fc.Arbitrary<Step> = fc.oneof(
			fc.record({ kind: fc.constant("begin" as const), keys: fc.uniqueArray(keyIndex, { minLength: 1 }) }),
			fc.record({
				kind: fc.constantFrom("sees" as const, "ends" as const, "news" as const),
				which: fc.nat({ max: 1 }),
			}),
			fc.record({
				kind: fc.constant("write" as const),
				key: keyIndex,
				how: fc.constantFrom("key" as const, "view" as const, "lost" as const),
			}),
		);
		let [hits, refused] = [0, 0];
		fc.assert(
			fc.property(fc.array(step, { minLength: 20, maxLength: 80 }), (steps) => {
				const cache = new ValueCache({ entries: 10, bytes: 1 << 20, now: () => 0 });
				const names = ["a", "b", "c"];
				const stored = [0, 0, 0];
				let version = 0;
				/** What is written, and not known to the cache yet. */
				const news: (() => void)[] = [];
				const untold = [0, 0, 0];
				interface Read {
					readonly underWay: ReturnType<ValueCache["begin"]>;
					readonly keys: readonly number[];
					seen: number[] | null;
				}
				const underWay: Read[] = [];
				for (const one of steps) {
					if (one.kind === "begin") underWay.push({ underWay: cache.begin(), keys: one.keys, seen: null });
					if (one.kind === "write") {
						stored[one.key] = ++version;
						untold[one.key] = (untold[one.key] as number) + 1;
						news.push(() => {
							if (one.how === "key") cache.invalidate([names[one.key] as string]);
							else if (one.how === "view") cache.invalidateView(1);
							else {
								// The connection was gone for a while.
								cache.trust(false);
								cache.trust(true);
							}
							untold[one.key] = (untold[one.key] as number) - 1;
						});
					}
					if (one.kind === "news") news.splice(one.which, 1)[0]?.();
					const read = underWay[one.kind === "sees" || one.kind === "ends" ? one.which : -1];
					if (read !== undefined && one.kind === "sees") read.seen ??= read.keys.map((key) => stored[key] as number);
					if (read !== undefined && one.kind === "ends" && read.seen !== null) {
						for (const [i, key] of read.keys.entries()) {
							cache.fill(read.underWay, names[key] as string, 1, byte(read.seen[i] as number));
							if (read.seen[i] !== stored[key]) refused++;
						}
						cache.end();
						underWay.splice(underWay.indexOf(read), 1);
					}
					for (const [key, name] of names.entries()) {
						const held = cache.fresh(name, policy);
						if (held === undefined || (untold[key] as number) > 0) continue;
						expect(held).toEqual(byte(stored[key] as number));
						hits++;
					}
				}
			}),
			{ numRuns: 5000 },
		);
		expect(hits).toBeGreaterThan(1000);
		expect(refused).toBeGreaterThan(1000);
	});

	it("counts the age of a value from when its read began, not from when the answer came", () => {
		let now = 0;
		const cache = new ValueCache({ entries: 10, bytes: 1 << 20, now: () => now });
		const slow = cache.begin();
		now = 900;
		cache.fill(slow, "key", 1, byte(1));
		cache.end();
		now = 1000;
		expect(cache.fresh("key", policy)).not.toBeUndefined();
		now = 1001;
		expect(cache.fresh("key", policy)).toBeUndefined();
	});

	it("remembers what was invalidated under reads within bounds, and refuses more than it must beyond", () => {
		const cache = new ValueCache({ entries: 10, bytes: 1 << 20, now: () => 0 });
		const early = cache.begin();
		cache.invalidate(Array.from({ length: 10_001 }, (_, i) => `key ${i}`));
		cache.fill(early, "key 5", 1, byte(1));
		cache.fill(early, "another", 1, byte(1));
		expect(cache.size.entries).toBe(0);
		cache.fill(cache.begin(), "another", 1, byte(1));
		expect(cache.size.entries).toBe(1);
	});
});
