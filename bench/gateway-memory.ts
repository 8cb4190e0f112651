/** The heap of the gateway over very many operations, by itself: `FEATUREGRAPH_BENCH_OPERATIONS=1000000` for the long run. */
import { memory } from "./gateway/memory.ts";
import type { Benchmark } from "./result.ts";

export const run: Benchmark = async () => {
	const { operations, atTenthMegabytes, atEndMegabytes } = await memory();
	return {
		name: "gateway-memory",
		figures: {
			operations,
			atTenthMegabytes: Number(atTenthMegabytes.toFixed(1)),
			atEndMegabytes: Number(atEndMegabytes.toFixed(1)),
		},
		ratios: { "at a tenth of at the end": Number((atTenthMegabytes / atEndMegabytes).toFixed(2)) },
		goals: { "at a tenth of at the end": 0.9 },
	};
};
