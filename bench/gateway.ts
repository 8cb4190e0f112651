/**
 * The gateway against others, and against the same data without a gateway: one run, one machine, one load at a time,
 * contenders taking turns. Every contender is a process of its own; the subgraphs over HTTP are the same for all.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { composeServices } from "@theguild/federation-composition";
import { parse } from "graphql";
import { type Contender, start } from "./gateway/contender.ts";
import { fanOut } from "./gateway/fan-out.ts";
import { answer, load, median } from "./gateway/load.ts";
import { memory } from "./gateway/memory.ts";
import { installPeers } from "./gateway/peers.ts";
import { type QueryName, queries, queryNames } from "./gateway/queries.ts";
import { subgraphs } from "./gateway/subgraphs.js";
import { swap } from "./gateway/swap.ts";
import type { Benchmark } from "./result.ts";

const rounds = 3;
const seconds = 3;
const connections = 16;

/**
 * How a contender is started, given the supergraph's file and the subgraphs as NAME=URL. Every request of a load is equal, so
 * what shares equal work does not do it: nobody shares, but for those that say so, which do what they do by default.
 */
const contenders = {
	bare: () => start("bare.ts"),
	ours: () => start("ours.ts"),
	oursSharing: () => start("ours.ts", ["in-process", "sharing"]),
	stitching: (file) => start("peers/stitching.mjs", [file, "in-process"]),
	oursHttp: (_, places) => start("ours.ts", ["http", "alone", ...places]),
	stitchingHttp: (file) => start("peers/stitching.mjs", [file, "http"]),
	apolloHttp: (file) => start("peers/apollo.mjs", [file]),
	hiveHttp: (file) => start("peers/hive.mjs", [file, "javascript"]),
	hiveRustHttp: (file) => start("peers/hive.mjs", [file, "rust"]),
	oursSharingHttp: (_, places) => start("ours.ts", ["http", "sharing", ...places]),
	stitchingSharingHttp: (file) => start("peers/stitching.mjs", [file, "http", "sharing"]),
	hiveRustSharingHttp: (file) => start("peers/hive.mjs", [file, "rust", "sharing"]),
} satisfies Record<string, (file: string, places: readonly string[]) => Promise<Contender>>;
type Name = keyof typeof contenders;
const names = Object.keys(contenders) as Name[];
const othersOverHttp: readonly Name[] = ["stitchingHttp", "apolloHttp", "hiveHttp", "hiveRustHttp"];
const othersSharing: readonly Name[] = ["stitchingSharingHttp", "hiveRustSharingHttp"];

interface Raced {
	readonly perSecond: number;
	/** Processor time, which a busy machine blurs less. */
	readonly cpuMicros: number;
	/** That of the subgraph servers: how much a gateway asks of them. */
	readonly subgraphCpuMicros: number;
}
type Rates = Readonly<Record<Name, Readonly<Record<QueryName, Raced>>>>;

export const run: Benchmark = async () => {
	await installPeers();
	const rates = await compare();
	const { quiet, swapping } = await swap();
	const fan = await fanOut();
	const heap = await memory();

	const best = (query: QueryName, others = othersOverHttp) =>
		Math.max(...others.map((name) => rates[name][query].perSecond));
	const ratio = (ours: number, theirs: number) => Number((ours / theirs).toFixed(2));
	const rate = (name: Name, query: QueryName) => rates[name][query].perSecond;
	const cpu = (name: Name, query: QueryName) => rates[name][query].cpuMicros;
	const leastCpu = (query: QueryName, others = othersOverHttp) => Math.min(...others.map((name) => cpu(name, query)));
	const figures: Record<string, number> = {};
	for (const name of names) {
		for (const query of queryNames) {
			const { perSecond, cpuMicros, subgraphCpuMicros } = rates[name][query];
			figures[`${name}.${query}.requestsPerSecond`] = Math.round(perSecond);
			if (Number.isNaN(cpuMicros)) continue;
			figures[`${name}.${query}.cpuMicrosPerRequest`] = Math.round(cpuMicros);
			if (!name.endsWith("Http")) continue;
			figures[`${name}.${query}.subgraphCpuMicrosPerRequest`] = Math.round(subgraphCpuMicros);
		}
	}
	return {
		name: "gateway",
		figures: {
			...figures,
			"swap.failed": swapping.failed,
			"swap.quietP99Ms": quiet.p99Ms,
			"swap.p99Ms": swapping.p99Ms,
			"fanOut.eventsPerSecond": Math.round(fan.eventsPerSecond),
			"fanOut.medianMs": Number(fan.medianMs.toFixed(1)),
			"fanOut.lastMs": Number(fan.lastMs.toFixed(1)),
			"memory.operations": heap.operations,
			"memory.atTenthMegabytes": Number(heap.atTenthMegabytes.toFixed(1)),
			"memory.atEndMegabytes": Number(heap.atEndMegabytes.toFixed(1)),
		},
		ratios: {
			"heavy, in process, of stitching": ratio(rate("ours", "heavy"), rate("stitching", "heavy")),
			"heavy, in process, of bare": ratio(rate("ours", "heavy"), rate("bare", "heavy")),
			"small, in process, of stitching": ratio(rate("ours", "small"), rate("stitching", "small")),
			"small, in process, of bare": ratio(rate("ours", "small"), rate("bare", "small")),
			"single, in process, of bare": ratio(rate("ours", "single"), rate("bare", "single")),
			"heavy, over HTTP, of the best other": ratio(rate("oursHttp", "heavy"), best("heavy")),
			"small, over HTTP, of the best other": ratio(rate("oursHttp", "small"), best("small")),
			"single, over HTTP, of the best other": ratio(rate("oursHttp", "single"), best("single")),
			"heavy, over HTTP and sharing, of the best other": ratio(
				rate("oursSharingHttp", "heavy"),
				best("heavy", othersSharing),
			),
			"heavy, over HTTP, of the best other that shares": ratio(rate("oursHttp", "heavy"), best("heavy", othersSharing)),
			"heavy, in process, processor time of stitching": ratio(cpu("stitching", "heavy"), cpu("ours", "heavy")),
			"heavy, in process, processor time of bare": ratio(cpu("bare", "heavy"), cpu("ours", "heavy")),
			"single, in process, processor time of bare": ratio(cpu("bare", "single"), cpu("ours", "single")),
			"heavy, over HTTP, processor time of the best other": ratio(leastCpu("heavy"), cpu("oursHttp", "heavy")),
			"small, over HTTP, processor time of the best other": ratio(leastCpu("small"), cpu("oursHttp", "small")),
			"single, over HTTP, processor time of the best other": ratio(leastCpu("single"), cpu("oursHttp", "single")),
			"heavy, over HTTP, processor time of the best other that shares": ratio(
				leastCpu("heavy", othersSharing),
				cpu("oursHttp", "heavy"),
			),
			"swap, answered": ratio(swapping.failed === 0 ? 1 : 0, 1),
			"swap, twice the quiet p99 of its p99": ratio(2 * Math.max(1, quiet.p99Ms), Math.max(1, swapping.p99Ms)),
			"memory, at a tenth of at the end": ratio(heap.atTenthMegabytes, heap.atEndMegabytes),
		},
		goals: {
			"heavy, in process, of stitching": 8,
			"heavy, in process, of bare": 0.5,
			"single, in process, of bare": 0.8,
			"heavy, over HTTP, of the best other": 2,
			"swap, answered": 1,
			"swap, twice the quiet p99 of its p99": 1,
			"memory, at a tenth of at the end": 0.9,
		},
	};
};

/** What each contender does of each query: medians of the rounds. */
async function compare(): Promise<Rates> {
	const home = await mkdtemp(join(tmpdir(), "featuregraph-bench-"));
	const running: Contender[] = [];
	const begun = async (starting: Promise<Contender>) => {
		const contender = await starting;
		running.push(contender);
		return contender;
	};
	try {
		const places: string[] = [];
		const servers: Contender[] = [];
		for (const name of Object.keys(subgraphs)) {
			const server = await begun(start("subgraph-server.ts", [name]));
			servers.push(server);
			places.push(`${name}=${server.url}`);
		}
		const file = join(home, "supergraph.graphql");
		await writeFile(file, supergraphOf(places));
		const racing = new Map<Name, Contender>();
		for (const name of names) racing.set(name, await begun(contenders[name](file, places)));
		await checkAnswers(racing);
		return await race(racing, servers);
	} finally {
		await Promise.all(running.map((contender) => contender.stop()));
		await rm(home, { recursive: true, force: true });
	}
}

async function race(racing: ReadonlyMap<Name, Contender>, servers: readonly Contender[]): Promise<Rates> {
	const serversCpu = () => servers.reduce((sum, server) => sum + server.cpuMicros(), 0);
	const seen = new Map<string, Raced[]>();
	for (let round = 0; round <= rounds; round++) {
		for (const query of queryNames) {
			for (const [name, contender] of racing) {
				const before = contender.cpuMicros();
				const serversBefore = serversCpu();
				const { perSecond, requests, failed, p99Ms } = await load(contender.url, queries[query], {
					seconds,
					connections,
				});
				if (failed > 0) throw new Error(`${name}, ${query}: ${failed} requests failed`);
				const cpuMicros = (contender.cpuMicros() - before) / requests;
				const subgraphCpuMicros = (serversCpu() - serversBefore) / requests;
				process.stderr.write(
					`${query} ${name}: ${Math.round(perSecond)}/s, ${Math.round(cpuMicros)} us each, p99 ${p99Ms} ms\n`,
				);
				// The first round warms.
				const key = `${name} ${query}`;
				if (round > 0) seen.set(key, [...(seen.get(key) ?? []), { perSecond, cpuMicros, subgraphCpuMicros }]);
			}
		}
	}
	const of = (name: Name, query: QueryName): Raced => {
		const all = seen.get(`${name} ${query}`) ?? [];
		return {
			perSecond: median(all.map(({ perSecond }) => perSecond)),
			cpuMicros: median(all.map(({ cpuMicros }) => cpuMicros)),
			subgraphCpuMicros: median(all.map(({ subgraphCpuMicros }) => subgraphCpuMicros)),
		};
	};
	return Object.fromEntries(
		names.map((name) => [name, Object.fromEntries(queryNames.map((query) => [query, of(name, query)]))]),
	) as Rates;
}

/** A gateway that is fast at something else is not compared. */
async function checkAnswers(racing: ReadonlyMap<Name, Contender>): Promise<void> {
	for (const query of queryNames) {
		const expected = await answer(racing.get("bare")?.url ?? "", queries[query]);
		for (const [name, { url }] of racing) {
			if (isDeepStrictEqual(await answer(url, queries[query]), expected)) continue;
			throw new Error(`${name} answers the ${query} query in another way`);
		}
	}
}

function supergraphOf(places: readonly string[]): string {
	const composed = composeServices(
		places.map((place) => {
			const [name = "", url = ""] = place.split("=");
			return { name, url, typeDefs: parse(subgraphs[name as keyof typeof subgraphs].typeDefs) };
		}),
	);
	if (composed.supergraphSdl === undefined) throw new Error("The subgraphs of the benchmark do not compose");
	return composed.supergraphSdl;
}
