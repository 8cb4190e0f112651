import { describe, expect, it } from "vitest";
import { readFreshness } from "../../../core/freshness/freshness.ts";

const policy = { slaMicros: 300_000_000n, graceMicros: 120_000_000n };
const createdAt = 1_000_000_000_000n;
const served = { eventTime: createdAt, servedAt: createdAt + 5_000_000n };

describe("freshness", () => {
	it.each([
		[300_000_000n, "pass"],
		[300_000_001n, "warn"],
		[420_000_000n, "warn"],
		[420_000_001n, "error"],
	])("a lag of %s microseconds against 5 minutes and 2 of grace: %s", (lag, status) => {
		expect(readFreshness(served, 0n, policy, createdAt + lag).status).toBe(status);
	});

	it("knows how long the newest row took to be served", () => {
		expect(readFreshness(served, 0n, policy, createdAt).processingLag).toBe(5_000_000n);
	});

	it("counts a view that has served nothing from its creation", () => {
		const reading = readFreshness(null, createdAt, policy, createdAt + 421_000_000n);
		expect(reading).toMatchObject({
			status: "error",
			eventLag: 421_000_000n,
			latestEventTime: null,
			processingLag: null,
		});
	});

	it("has nothing to miss without an SLA", () => {
		expect(readFreshness(served, 0n, null, createdAt + 10n ** 15n).status).toBe("pass");
	});
});
