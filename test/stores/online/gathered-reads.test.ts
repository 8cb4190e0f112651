import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gatheredReads } from "../../../stores/online/gathered-reads.ts";

/** Answers each key with itself, and every third with null; counts what it is asked. */
function echo() {
	const asked: number[] = [];
	return {
		asked,
		async read(keys: readonly Uint8Array[]) {
			asked.push(keys.length);
			return keys.map(answerTo);
		},
	};
}

const keyOf = (n: number): Uint8Array => Buffer.from(String(n));
const answerTo = (key: Uint8Array): Uint8Array | null => (Number(Buffer.from(key)) % 3 === 0 ? null : key);
const keysFrom = (first: number, count: number): Uint8Array[] =>
	Array.from({ length: count }, (_, index) => keyOf(first + index));

describe("reads of one turn of the event loop", () => {
	it("are one, each with its own answers", async () => {
		const store = echo();
		const { read } = gatheredReads(store);
		const lists = [keysFrom(0, 3), keysFrom(7, 1), keysFrom(1, 2)];
		const answers = await Promise.all(lists.map((keys) => read(keys)));
		expect(answers).toEqual(lists.map((keys) => keys.map(answerTo)));
		expect(store.asked).toEqual([6]);
		expect(await read(keysFrom(4, 2))).toEqual(keysFrom(4, 2).map(answerTo));
		expect(store.asked).toEqual([6, 2]);
	});

	it("are several where they are long or many", async () => {
		const store = echo();
		const { read } = gatheredReads(store);
		await Promise.all([read(keysFrom(0, 1)), read(keysFrom(0, 1000)), read(keysFrom(0, 1))]);
		expect(store.asked.toSorted((a, b) => a - b)).toEqual([2, 1000]);
		store.asked.length = 0;
		await Promise.all(Array.from({ length: 40 }, () => read(keysFrom(0, 30))));
		expect(store.asked.reduce((sum, count) => sum + count)).toBe(1200);
		expect(Math.max(...store.asked)).toBeLessThanOrEqual(512);
		expect(store.asked.length).toBeLessThan(5);
	});

	it("fail together, and those that come later do not", async () => {
		const store = echo();
		let broken: Error | null = new Error("away");
		const { read } = gatheredReads({
			read: (keys) => (broken === null ? store.read(keys) : Promise.reject(broken)),
		});
		const together = await Promise.allSettled([read(keysFrom(0, 1)), read(keysFrom(1, 2))]);
		expect(together).toEqual([1, 2].map(() => ({ status: "rejected", reason: broken })));
		broken = null;
		expect(await read(keysFrom(1, 2))).toEqual(keysFrom(1, 2));
	});

	it("answer as the store does, however they come", async () => {
		const sizes = fc.array(
			fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 0, max: 40 }) }, fc.integer({ min: 0, max: 600 })),
			{ maxLength: 60 },
		);
		await fc.assert(
			fc.asyncProperty(sizes, fc.func(fc.nat(2)), async (counts, pauseOf) => {
				const store = echo();
				const { read } = gatheredReads(store);
				const answers: Promise<unknown>[] = [];
				for (const [index, count] of counts.entries()) {
					const keys = keysFrom(index, count);
					answers.push(read(keys).then((values) => expect(values).toEqual(keys.map(answerTo))));
					for (let pause = pauseOf(index); pause > 0; pause--) await new Promise(setImmediate);
				}
				await Promise.all(answers);
				expect(store.asked.reduce((sum, count) => sum + count, 0)).toBe(counts.reduce((sum, count) => sum + count, 0));
			}),
			{ numRuns: 60 },
		);
	});
});
