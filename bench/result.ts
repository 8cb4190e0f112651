/** What every benchmark reports. Figures carry their unit in the name; ratios compare runs of one session on one machine. */
export interface BenchResult {
	readonly name: string;
	readonly figures: Readonly<Record<string, number>>;
	readonly ratios: Readonly<Record<string, number>>;
	/** Least value by ratio or figure. */
	readonly goals: Readonly<Record<string, number>>;
}

export type Benchmark = () => Promise<BenchResult>;
