import type { ServerProcess } from "./server-process.ts";
import { featureNames, pushRows } from "./world.ts";

const pushesPerSecond = 100;

/** From sending one row until a reader has it, at a hundred pushes a second: milliseconds at the 50th and 99th percentile. */
export async function pushToReadable(
	server: ServerProcess,
	seconds: number,
): Promise<{ readonly p50Ms: number; readonly p99Ms: number }> {
	const times: Promise<number>[] = [];
	const begin = performance.now();
	for (let count = 0; count < pushesPerSecond * seconds; count++) {
		const due = begin + (count * 1000) / pushesPerSecond;
		const wait = due - performance.now();
		if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
		times.push(one(server.url, count));
	}
	const sorted = (await Promise.all(times)).toSorted((a, b) => a - b);
	const at = (share: number): number =>
		Math.round((sorted[Math.floor(sorted.length * share)] ?? Number.NaN) * 100) / 100;
	return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function one(url: string, count: number): Promise<number> {
	const [first = ""] = featureNames(10);
	const item = 1_000_000 + count;
	const began = performance.now();
	await pushRows(url, "source_10", [
		{
			item: String(item),
			at: new Date().toISOString(),
			...Object.fromEntries(featureNames(10).map((name) => [name, count])),
		},
	]);
	for (;;) {
		const response = await fetch(`${url}/features`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ select: { features: [`stats_10:${first}`] }, entities: { item: [item] } }),
		});
		const { columns } = (await response.json()) as { columns: readonly { values: readonly unknown[] }[] };
		if (columns[0]?.values[0] === count) return performance.now() - began;
	}
}
