import { Histogram, type LabelValues, type Registry } from "prom-client";

export interface TimeHistogramOptions<T extends string> {
	readonly name: string;
	readonly help: string;
	readonly labels: readonly T[];
	/** Upper bounds in seconds, ascending. */
	readonly buckets: readonly number[];
	readonly registry: Registry;
}

/**
 * A histogram whose labels are looked up once for all that is observed under them: prom-client validates and hashes them at each
 * observation, which costs more than all the rest of it.
 */
export class TimeHistogram<T extends string = never> extends Histogram<T> {
	readonly #name: string;
	readonly #help: string;
	readonly #bounds: readonly number[];
	readonly #series: TimeSeries<T>[] = [];

	constructor({ name, help, labels, buckets, registry }: TimeHistogramOptions<T>) {
		super({ name, help, labelNames: labels, buckets: [...buckets], registers: [registry] });
		this.#name = name;
		this.#help = help;
		this.#bounds = buckets;
	}

	/** What is observed under these labels from now on; once for each set of them. */
	under(labels: LabelValues<T>): TimeSeries<T> {
		const series = new TimeSeries(labels, this.#bounds);
		this.#series.push(series);
		return series;
	}

	/** What a registry reads: prom-client asks itself for it in `get`, too. */
	async getForPromString() {
		const values = this.#series.flatMap((series) => series.values(this.#name));
		return { name: this.#name, help: this.#help, type: "histogram", aggregator: "sum", values };
	}
}

/** The times that were observed under one set of labels. */
export class TimeSeries<T extends string> {
	readonly #labels: LabelValues<T>;
	readonly #bounds: readonly number[];
	/** Of each bucket alone; the last is of what lies above all bounds. */
	readonly #counts: number[];
	#sum = 0;

	constructor(labels: LabelValues<T>, bounds: readonly number[]) {
		this.#labels = labels;
		this.#bounds = bounds;
		this.#counts = new Array<number>(bounds.length + 1).fill(0);
	}

	observe(seconds: number): void {
		let bucket = 0;
		while (bucket < this.#bounds.length && seconds > (this.#bounds[bucket] ?? 0)) bucket += 1;
		this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
		this.#sum += seconds;
	}

	values(name: string) {
		let count = 0;
		const buckets = this.#counts.map((own, bucket) => {
			count += own;
			const labels = { le: this.#bounds[bucket] ?? "+Inf", ...this.#labels };
			return { metricName: `${name}_bucket`, labels, value: count };
		});
		return [
			...buckets,
			{ metricName: `${name}_sum`, labels: this.#labels, value: this.#sum },
			{ metricName: `${name}_count`, labels: this.#labels, value: count },
		];
	}
}
