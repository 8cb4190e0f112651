import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { ServedTime } from "../../../../core/freshness/freshness.ts";
import type { BusEvent } from "../../../../core/ports/bus.ts";
import { type AfterWrite, afterWrite } from "../../../../services/serving/write/after-write.ts";
import { silentLogger } from "../../../support/silent-logger.ts";

/** What was done, in order. */
type Step =
	| { readonly told: BusEvent }
	| { readonly served: readonly (readonly [number, bigint])[] }
	| { readonly settled: readonly bigint[] };

function recorder(fails: { told?: Promise<void>; served?: () => boolean } = {}): {
	steps: Step[];
	after: AfterWrite;
} {
	const steps: Step[] = [];
	const after = afterWrite({
		bus: {
			async publish(event) {
				await fails.told;
				steps.push({ told: event });
			},
		},
		freshness: {
			async recordServed(served) {
				if (fails.served?.() === true) throw new Error("The database does not answer.");
				steps.push({ served: [...served].map(([id, { eventTime }]) => [id, eventTime]) });
			},
		},
		log: {
			async settle(ids) {
				steps.push({ settled: ids });
			},
		},
		logger: silentLogger,
	});
	return { steps, after };
}

const at = (eventTime: bigint): ServedTime => ({ eventTime, servedAt: 9n });
const written = (viewVersionId: number, eventTime: bigint, ...keys: string[]) => ({
	viewVersionId,
	keys,
	served: at(eventTime),
});

describe("what follows once rows are online", () => {
	it("is done once for all that came within a moment: others are told, then it is recorded, then handovers are settled", async () => {
		const { steps, after } = recorder();
		after.add([written(1, 5n, "a"), written(2, 5n, "x")], [1n]);
		after.add([written(1, 7n, "b", "a")], [2n, 3n]);
		after.add([written(1, 6n, "c")], []);
		expect(steps).toEqual([]);
		await expect.poll(() => steps.length).toBe(4);
		expect(steps).toEqual([
			{ told: { topic: "values", viewVersionId: 1, keys: ["a", "b", "c"] } },
			{ told: { topic: "values", viewVersionId: 2, keys: ["x"] } },
			{
				served: [
					[1, 7n],
					[2, 5n],
				],
			},
			{ settled: [1n, 2n, 3n] },
		]);
	});

	it("is done at once when somebody waits for it", async () => {
		const { steps, after } = recorder();
		after.add([written(1, 5n, "a")], [1n]);
		await after.settled();
		expect(steps).toHaveLength(3);
		await after.settled();
		expect(steps).toHaveLength(3);
	});

	it("settles nothing before others have been told", async () => {
		const told = Promise.withResolvers<void>();
		const { steps, after } = recorder({ told: told.promise });
		after.add([written(1, 5n, "a")], [1n]);
		const settled = after.settled();
		await sleep(20);
		expect(steps).toEqual([]);
		told.resolve();
		await settled;
		expect(steps.map((step) => Object.keys(step)[0])).toEqual(["told", "served", "settled"]);
	});

	it("leaves handovers to the next drain when it fails, and goes on", async () => {
		let isAway = true;
		const { steps, after } = recorder({ served: () => isAway });
		after.add([written(1, 5n, "a")], [1n]);
		await after.settled();
		isAway = false;
		after.add([written(1, 6n, "b")], [2n]);
		await after.settled();
		expect(steps.filter((step) => "settled" in step)).toEqual([{ settled: [2n] }]);
	});

	it("does not gather without end: handovers go on their way, and many keys are all keys", async () => {
		const { steps, after } = recorder();
		for (let i = 0; i < 6_000; i++) after.add([written(1, 5n, `key-${i}`)], [BigInt(i)]);
		await after.settled();
		expect(steps[0]).toEqual({ told: { topic: "values", viewVersionId: 1, keys: [] } });
		expect(steps.flatMap((step) => ("settled" in step ? [step.settled.length] : []))).toEqual([5_001, 999]);
	});
});
