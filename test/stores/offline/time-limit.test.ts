import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { limitEach } from "../../../stores/offline/duckdb/time-limit.ts";

it("what the reader of batches does in between is not counted", async () => {
	async function* ready() {
		yield* [1, 2, 3];
	}
	const read: number[] = [];
	const interrupt = (): void => expect.unreachable();
	for await (const batch of limitEach(ready(), 20, "the rows", interrupt)) {
		read.push(batch);
		await sleep(50);
	}
	expect(read).toEqual([1, 2, 3]);
});

it("a batch that does not come is given up, and its work is interrupted", async () => {
	const interrupted = Promise.withResolvers<void>();
	let isClosed = false;
	async function* stuck() {
		try {
			yield 1;
			await interrupted.promise;
			throw new Error("INTERRUPT Error: Interrupted!");
		} finally {
			isClosed = true;
		}
	}
	const batches = limitEach(stuck(), 20, "the rows", () => interrupted.resolve());
	await expect(batches.next()).resolves.toEqual({ done: false, value: 1 });
	await expect(batches.next()).rejects.toMatchObject({
		code: "LIMIT_EXCEEDED",
		message: "Reading the rows took longer than 0.02 s.",
	});
	expect(isClosed).toBe(true);
});
