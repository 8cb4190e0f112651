import { defaultLimits } from "../../gateway/limits.ts";
import { start } from "./contender.ts";
import { answer, load } from "./load.ts";
import { queries } from "./queries.ts";

/** `FEATUREGRAPH_BENCH_OPERATIONS=1000000` for the long run. */
const operations = Number(process.env["FEATUREGRAPH_BENCH_OPERATIONS"] ?? 200_000);

export interface Memory {
	readonly operations: number;
	readonly atTenthMegabytes: number;
	readonly atEndMegabytes: number;
}

/** The heap after a tenth of the operations, when caches are full of documents, and after all of them. */
export async function memory(): Promise<Memory> {
	const gateway = await start("ours.ts");
	try {
		const heap = async () => (await gateway.ask({ order: "heap" }, "heap")).megabytes;
		const most = operations;
		const { cachedDocuments, cachedPlans } = defaultLimits;
		for (let filled = 0; filled < cachedDocuments + cachedPlans; filled += 1) {
			await answer(gateway.url, `query Filling${filled} ${queries.small}`);
		}
		let done = 0;
		let round = 0;
		let atTenth = 0;
		while (done < most) {
			// Some documents are new in every round: what is kept of them must be bounded.
			const query = round % 2 === 0 ? queries.small : `query Round${round} ${queries.small}`;
			const { perSecond } = await load(gateway.url, query, { seconds: 1, connections: 16 });
			done += perSecond;
			round += 1;
			if (atTenth === 0 && done >= most / 10) atTenth = await heap();
		}
		return { operations: Math.round(done), atTenthMegabytes: atTenth, atEndMegabytes: await heap() };
	} finally {
		await gateway.stop();
	}
}
