import fc from "fast-check";
import { Histogram, Registry } from "prom-client";
import { expect, it } from "vitest";
import { TimeHistogram } from "../../../gateway/observe/time-histogram.ts";

const name = "seconds";
const help = "Time of something.";
const buckets = [0.01, 0.1, 1];
/** What it takes the place of. */
const theirs = () => new Histogram({ name, help, labelNames: ["outcome"], buckets, registers: [] });

const lines = (text: string) => text.trim().split("\n").sort();

it("writes what prom-client's own histogram writes of the same observations", async () => {
	const observation = fc.record({
		outcome: fc.constantFrom("ok", "errors"),
		seconds: fc.double({ min: 0, max: 2, noNaN: true }),
	});
	const atBounds = fc.record({ outcome: fc.constant("ok"), seconds: fc.constantFrom(...buckets) });
	await fc.assert(
		fc.asyncProperty(fc.array(fc.oneof(observation, atBounds)), async (observed) => {
			const [mine, expected] = [new Registry(), new Registry()];
			const histogram = new TimeHistogram({ name, help, labels: ["outcome"], buckets, registry: mine });
			const other = theirs();
			expected.registerMetric(other);
			const series = new Map<string, ReturnType<typeof histogram.under>>();
			for (const { outcome, seconds } of observed) {
				if (!series.has(outcome)) series.set(outcome, histogram.under({ outcome }));
				series.get(outcome)?.observe(seconds);
				other.observe({ outcome }, seconds);
			}
			expect(lines(await mine.metrics())).toEqual(lines(await expected.metrics()));
		}),
		{ numRuns: 50 },
	);
});

it("counts without labels, too", async () => {
	const registry = new Registry();
	new TimeHistogram({ name, help, labels: [], buckets, registry }).under({}).observe(0.05);
	expect(await registry.getSingleMetricAsString(name)).toContain('seconds_bucket{le="0.1"} 1');
});
