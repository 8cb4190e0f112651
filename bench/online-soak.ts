/**
 * Ten minutes (FEATUREGRAPH_BENCH_MINUTES) of single rows at half of the saturating load, while a row is pushed now and
 * then: is memory flat, does nothing fail, does p99 stay where it was?
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRedis } from "../test/support/redis.ts";
import { load } from "./online/load.ts";
import { type ServerProcess, startProcess } from "./online/server-process.ts";
import { shotOf } from "./online/shots.ts";
import { steadyLoad } from "./online/steady-load.ts";
import { withinMillisecond } from "./online/within-a-millisecond.ts";
import { featureNames, fill, pushRows } from "./online/world.ts";
import type { Benchmark } from "./result.ts";

const minutes = Number(process.env["FEATUREGRAPH_BENCH_MINUTES"] ?? 10);
const slices = 20;
const connections = 16;
const histogram = "featuregraph_gateway_features_seconds";

export const run: Benchmark = async () => {
	const home = await mkdtemp(join(tmpdir(), "featuregraph-bench-"));
	const redis = await startRedis();
	let server: ServerProcess | null = null;
	try {
		server = await startProcess("app/main.ts", [], { FEATUREGRAPH_HOME: home, REDIS_URL: redis.url });
		await fill(server.url);
		return { name: "online-soak", ...(await soak(server)) };
	} finally {
		await server?.stop();
		await redis.stop();
		await rm(home, { recursive: true, force: true });
	}
};

interface Slice {
	/** As the sender sees it, of lower priority than all others: it waits itself. */
	readonly p99Ms: number;
	/** Of the requests, as the server sees it. */
	readonly withinMillisecond: number;
	readonly residentMb: number;
	readonly failed: number;
}

async function soak(server: ServerProcess) {
	const shot = shotOf("json", { rows: 1, width: 10 });
	await load(server, shot, connections, { seconds: 5 });
	const { perSecond: saturating } = await load(server, shot, connections, { seconds: 5 });
	const seconds = Math.max(2, Math.round((minutes * 60) / slices));
	const pusher = setInterval(() => void pushOne(server.url), 1000);
	const seen: Slice[] = [];
	try {
		for (let slice = 0; slice < slices; slice++) {
			const perSecond = Math.round(saturating / 2);
			let before = withinMillisecond(server, histogram);
			const { p99Ms, failed } = await steadyLoad(server, shot, { perSecond, seconds, connections }, () => {
				before = withinMillisecond(server, histogram);
			});
			const [allBefore, within] = await before;
			const [all, withinNow] = await withinMillisecond(server, histogram);
			const share = Number(((withinNow - within) / (all - allBefore)).toFixed(4));
			const residentMb = Math.round((await server.residentBytes()) / 1024 ** 2);
			process.stderr.write(
				`${slice + 1} of ${slices}: ${share} within a millisecond, p99 at the sender ${p99Ms} ms, ${residentMb} MB\n`,
			);
			seen.push({ p99Ms, withinMillisecond: share, residentMb, failed });
		}
	} finally {
		clearInterval(pusher);
	}
	// The first quarter warms up.
	const early = seen.slice(slices / 4, slices / 2);
	const late = seen.slice(-slices / 4);
	const worst = (some: readonly Slice[], of: (slice: Slice) => number): number => Math.max(...some.map(of));
	return {
		figures: {
			saturatingPerSecond: saturating,
			failed: seen.reduce((sum, { failed }) => sum + failed, 0),
			firstResidentMb: seen[0]?.residentMb ?? Number.NaN,
			lastResidentMb: seen.at(-1)?.residentMb ?? Number.NaN,
			lastP99Ms: seen.at(-1)?.p99Ms ?? Number.NaN,
			leastWithinMillisecond: Math.min(...seen.map((slice) => slice.withinMillisecond)),
		},
		ratios: {
			"none failed": seen.every(({ failed }) => failed === 0) ? 1 : 0,
			"memory, early to late":
				worst(early, ({ residentMb }) => residentMb) / worst(late, ({ residentMb }) => residentMb),
			"p99, early to late": worst(early, ({ p99Ms }) => p99Ms) / worst(late, ({ p99Ms }) => p99Ms),
		},
		goals: { "none failed": 1, "memory, early to late": 0.95, "p99, early to late": 0.5 },
	};
}

const pushOne = (url: string): Promise<void> => {
	const values = Object.fromEntries(featureNames(10).map((name) => [name, Math.random()]));
	return pushRows(url, "source_10", [{ item: "7", at: new Date().toISOString(), ...values }]);
};
