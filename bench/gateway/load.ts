import autocannon from "autocannon";

export interface Load {
	readonly perSecond: number;
	readonly requests: number;
	readonly p50Ms: number;
	readonly p99Ms: number;
	readonly failed: number;
}

/** Sends a query again and again; `perSecond` requests where it is given, else as many as are answered. */
export async function load(
	url: string,
	query: string,
	{
		seconds,
		connections,
		perSecond,
	}: { readonly seconds: number; readonly connections: number; readonly perSecond?: number },
): Promise<Load> {
	const result = await autocannon({
		url,
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ query }),
		connections,
		duration: seconds,
		...(perSecond === undefined ? {} : { overallRate: perSecond }),
	});
	return {
		perSecond: result.requests.average,
		requests: result.requests.total,
		p50Ms: result.latency.p50,
		p99Ms: result.latency.p99,
		failed: result.non2xx + result.errors + result.timeouts,
	};
}

/** The data of a query; throws where there are errors. */
export async function answer(url: string, query: string): Promise<unknown> {
	const response = await fetch(url, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ query }),
	});
	const result = (await response.json()) as { readonly data?: unknown; readonly errors?: unknown };
	if (result.errors !== undefined) throw new Error(`${url}: ${JSON.stringify(result.errors).slice(0, 500)}`);
	return result.data;
}

export const median = (values: readonly number[]): number =>
	values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
