/** One thing to measure: does its work once and says how many items that were. */
export type Work = () => Promise<number>;

export interface ProcessorTime {
	/** Of this process, for one item. */
	readonly ownMicros: number;
	/** Of the server that is asked, for one item; 0 without one. */
	readonly serverMicros: number;
}

/**
 * Processor time of an item of each work, the median of `rounds`, all of them taking turns within a round: unlike rates it
 * says nearly the same on a machine that is busy with other things. `serverMicros` is what a server has used so far.
 */
export async function processorTime<Name extends string>(
	works: Readonly<Record<Name, Work>>,
	options: {
		readonly rounds: number;
		/** In one round. */
		readonly itemsEach: number;
		readonly inFlight: number;
		readonly serverMicros: () => Promise<number>;
	},
): Promise<Record<Name, ProcessorTime>> {
	const names = Object.keys(works) as Name[];
	const measured = new Map<Name, ProcessorTime[]>(names.map((name) => [name, []]));
	for (let round = 0; round < options.rounds; round++) {
		for (const name of names) measured.get(name)?.push(await measure(works[name], options));
	}
	const entries = names.map((name): [Name, ProcessorTime] => {
		const times = measured.get(name) ?? [];
		const result = {
			ownMicros: median(times.map(({ ownMicros }) => ownMicros)),
			serverMicros: median(times.map(({ serverMicros }) => serverMicros)),
		};
		process.stderr.write(`${name}: ${result.ownMicros.toFixed(2)} us, server ${result.serverMicros.toFixed(2)} us\n`);
		return [name, result];
	});
	return Object.fromEntries(entries) as Record<Name, ProcessorTime>;
}

async function measure(
	work: Work,
	{ itemsEach, inFlight, serverMicros }: Parameters<typeof processorTime>[1],
): Promise<ProcessorTime> {
	let items = 0;
	const serverBefore = await serverMicros();
	const before = process.cpuUsage();
	await Promise.all(
		Array.from({ length: inFlight }, async () => {
			while (items < itemsEach) {
				const done = await work();
				items += done;
			}
		}),
	);
	const { user, system } = process.cpuUsage(before);
	return { ownMicros: (user + system) / items, serverMicros: ((await serverMicros()) - serverBefore) / items };
}

const median = (values: readonly number[]): number =>
	[...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
