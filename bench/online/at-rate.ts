export type Latency = Readonly<Record<"p50Ms" | "p99Ms", number>>;

export const perSecond = 100;

/** How long each of a hundred works a second takes, none waiting for another: at the 50th and 99th percentile. */
export async function atRate(seconds: number, work: (count: number) => Promise<void>): Promise<Latency> {
	const timed = async (count: number): Promise<number> => {
		const began = performance.now();
		await work(count);
		return performance.now() - began;
	};
	const times: Promise<number>[] = [];
	const begin = performance.now();
	for (let count = 0; count < perSecond * seconds; count++) {
		const due = begin + (count * 1000) / perSecond;
		const wait = due - performance.now();
		if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
		times.push(timed(count));
	}
	const sorted = (await Promise.all(times)).toSorted((a, b) => a - b);
	const at = (share: number): number =>
		Math.round((sorted[Math.floor(sorted.length * share)] ?? Number.NaN) * 100) / 100;
	return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
