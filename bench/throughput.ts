/** One thing to measure: does its work once and says how many items that were. */
export type Work = () => Promise<number>;

/**
 * Items per second of each work, the median of `rounds`, all of them taking turns within a round so that a busy machine
 * bears on all alike. `inFlight` works of a kind run at once.
 */
export async function throughput<Name extends string>(
	works: Readonly<Record<Name, Work>>,
	{
		rounds,
		secondsEach,
		inFlight,
	}: { readonly rounds: number; readonly secondsEach: number; readonly inFlight: number },
): Promise<Record<Name, number>> {
	const names = Object.keys(works) as Name[];
	const rates = new Map<Name, number[]>(names.map((name) => [name, []]));
	for (let round = 0; round < rounds; round++) {
		for (const name of names) {
			const rate = await measure(works[name], secondsEach, inFlight);
			rates.get(name)?.push(rate);
			process.stderr.write(`${name}: ${Math.round(rate).toLocaleString("en-US")}/s\n`);
		}
	}
	return Object.fromEntries(names.map((name) => [name, Math.round(median(rates.get(name) ?? []))])) as Record<
		Name,
		number
	>;
}

async function measure(work: Work, seconds: number, inFlight: number): Promise<number> {
	const start = performance.now();
	const end = start + seconds * 1000;
	let items = 0;
	const worker = async () => {
		while (performance.now() < end) {
			// `items += await …` would read before the wait and lose what the others added.
			const done = await work();
			items += done;
		}
	};
	await Promise.all(Array.from({ length: inFlight }, worker));
	return (items * 1000) / (performance.now() - start);
}

const median = (values: readonly number[]): number =>
	[...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
