import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Bytes that young collections leave in the old generation, per run of `work`, one after the other: what outlives its work
 * costs every later collection. Some for the caches of the runtime is never zero.
 */
export async function promotedBytes(runs: number, work: () => Promise<unknown>): Promise<number> {
	setFlagsFromString("--expose-gc");
	const collect = runInNewContext("gc") as (options?: { type: "minor" }) => void;
	const round = async (): Promise<void> => {
		for (let run = 0; run < runs; run++) {
			await work();
			// Often, so that what is under way while one comes is what the next one meets: a chain of them would stay.
			if (run % 50 === 0) collect({ type: "minor" });
		}
		// What outlives two is old.
		collect({ type: "minor" });
		collect({ type: "minor" });
	};
	await round();
	collect();
	const before = oldBytes();
	await round();
	return (oldBytes() - before) / runs;
}

const oldBytes = (): number =>
	getHeapSpaceStatistics()
		.filter(({ space_name: name }) => name === "old_space" || name === "large_object_space")
		.reduce((bytes, { space_used_size: used }) => bytes + used, 0);
