import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { QueryPlanner } from "@graphql-hive/router-query-planner";
import { afterEach, describe, expect, it, vi } from "vitest";
import { defaultLimits } from "../../../gateway/limits.ts";
import { type PlannableGraph, Planner } from "../../../gateway/plan/planner.ts";
import { CompositionError } from "../../../schema/compose.ts";
import { silentLogger } from "../../support/silent-logger.ts";
import { type Logged, recordingLogger } from "../support/gateway.ts";
import { bomb, cyclic, question, supergraphSdl, supergraphWith } from "./graph.ts";

const opened: Planner[] = [];

function openPlanner(limits: Partial<typeof defaultLimits> = {}, logs: Logged[] = []): Planner {
	const planner = new Planner({ ...defaultLimits, ...limits }, recordingLogger(logs));
	opened.push(planner);
	return planner;
}

async function openGraph(limits: Partial<typeof defaultLimits> = {}, logs: Logged[] = []) {
	const planner = openPlanner(limits, logs);
	return { planner, graph: await planner.load(supergraphSdl) };
}

afterEach(async () => {
	await Promise.all(opened.splice(0).map((planner) => planner.close()));
});

const users = "{ users { name reputation } }";
const inProcess = (sdl: string, text: string) => new QueryPlanner(sdl).plan(text, null, new Set(), 100);

const runs = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
};
const pidOf = (planner: Planner): number => {
	if (planner.pid === undefined) throw new Error("no process of the planner runs");
	return planner.pid;
};
const gone = (pid: number) => vi.waitFor(() => expect(runs(pid)).toBe(false), { timeout: 20_000 });
/** The number of operations `{ users { u0: name } }`, each its own document. */
const many = (graph: PlannableGraph, count: number) =>
	Array.from({ length: count }, (_, index) => graph.plan(question(`{ users { u${index}: name reputation } }`)));

describe("planning in a process of its own", () => {
	it("plans what the planner plans in this process", async () => {
		const { graph } = await openGraph();
		expect(await graph.plan(question(users))).toEqual(inProcess(supergraphSdl, users));
		const named = "query Named($id: ID!) { user(id: $id) { ...F } } fragment F on User { friends { reputation } }";
		expect(await graph.plan(question(named))).toEqual(inProcess(supergraphSdl, named));
	});

	it("answers each of many that ask at once with its own plan", async () => {
		const { graph } = await openGraph();
		const plans = await Promise.all(many(graph, 200));
		plans.forEach((plan, index) => expect(JSON.stringify(plan)).toContain(`u${index}: name`));
	});

	it("names a crash of the planner a fault of the document, and plans on", async () => {
		const logs: Logged[] = [];
		const { graph, planner } = await openGraph({}, logs);
		const before = pidOf(planner);
		const [crashed, other] = await Promise.allSettled([graph.plan(question(cyclic)), graph.plan(question(users))]);
		expect(crashed).toMatchObject({ status: "rejected", reason: { code: "QUERY_TOO_COMPLEX" } });
		expect(other).toMatchObject({ status: "fulfilled", value: inProcess(supergraphSdl, users) });
		expect(pidOf(planner)).not.toBe(before);
		expect(logs.filter(({ level }) => level === "warn").map(({ fields }) => fields)).toEqual([
			expect.objectContaining({ pid: before, how: expect.stringMatching(/SIG(SEGV|ABRT|BUS|ILL)/) }),
			expect.objectContaining({ how: expect.stringMatching(/SIG(SEGV|ABRT|BUS|ILL)/) }),
		]);
	});

	it("ends what takes longer than its limit, and plans what waited behind it", async () => {
		const { graph, planner } = await openGraph();
		const before = pidOf(planner);
		const [first, ...behind] = await Promise.allSettled([graph.plan(question(bomb(24))), ...many(graph, 20)]);
		expect(first).toMatchObject({
			reason: { code: "QUERY_TOO_COMPLEX", message: expect.stringContaining(`${defaultLimits.planMillis} ms`) },
		});
		expect(behind.map(({ status }) => status)).toEqual(Array(20).fill("fulfilled"));
		await gone(before);
	});

	it.runIf(process.platform === "linux")("does not take a process that is not let work for a busy one", async () => {
		const { graph, planner } = await openGraph();
		const pid = pidOf(planner);
		process.kill(pid, "SIGSTOP");
		const plan = graph.plan(question(users));
		await sleep(1.5 * defaultLimits.planMillis);
		process.kill(pid, "SIGCONT");
		expect(await plan).toEqual(inProcess(supergraphSdl, users));
		expect(pidOf(planner)).toBe(pid);
	});

	it("remembers what cannot be planned", async () => {
		const { graph, planner } = await openGraph();
		await expect(graph.plan(question(bomb(24)))).rejects.toMatchObject({ code: "QUERY_TOO_COMPLEX" });
		await graph.plan(question(users));
		const after = pidOf(planner);
		await expect(graph.plan(question(bomb(24)))).rejects.toMatchObject({ code: "QUERY_TOO_COMPLEX" });
		await graph.plan(question(users));
		expect(pidOf(planner)).toBe(after);
	});

	it("refuses a valid operation that is nested too deeply for it, and goes on in the same process", async () => {
		const { graph, planner } = await openGraph();
		const before = pidOf(planner);
		const deep = `{ users { ${"... on User { ".repeat(60)} name ${"}".repeat(60)} } }`;
		await expect(graph.plan(question(deep))).rejects.toMatchObject({
			code: "QUERY_TOO_COMPLEX",
			message: expect.stringContaining("nested"),
		});
		await graph.plan(question(users));
		expect(pidOf(planner)).toBe(before);
	});

	it("loses no plan when its process is killed under load", async () => {
		const { graph, planner } = await openGraph();
		const plans = Promise.all(many(graph, 500));
		const killed: number[] = [];
		for (let round = 0; round < 2; round += 1) {
			await graph.plan(question(users)).catch(() => undefined);
			await vi.waitFor(() => expect(planner.pid).toBeDefined(), { timeout: 20_000 });
			killed.push(pidOf(planner));
			process.kill(pidOf(planner), "SIGKILL");
			await Promise.all(many(graph, 20));
		}
		expect(await plans).toHaveLength(500);
		expect(killed).not.toContain(planner.pid);
	});

	it("comes back by itself when its process is killed at rest", async () => {
		const { graph, planner } = await openGraph();
		const before = pidOf(planner);
		process.kill(before, "SIGKILL");
		await vi.waitFor(() => expect([undefined, before]).not.toContain(planner.pid), { timeout: 20_000 });
		expect(await graph.plan(question(users))).toEqual(inProcess(supergraphSdl, users));
	});

	it("refuses what is too much to wait", async () => {
		const { graph } = await openGraph({ waitingPlans: 5 });
		const settled = await Promise.allSettled(many(graph, 8));
		expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
		expect(settled.filter(({ status }) => status === "rejected")).toEqual(
			Array(3).fill(expect.objectContaining({ reason: expect.objectContaining({ code: "OVERLOADED" }) })),
		);
		await graph.plan(question(users));
	});
});

describe.runIf(process.platform === "linux")("while its process does not get on", () => {
	async function stopped(limits: Partial<typeof defaultLimits>) {
		const { planner, graph } = await openGraph(limits);
		const pid = pidOf(planner);
		process.kill(pid, "SIGSTOP");
		return { planner, graph, goOn: () => process.kill(pid, "SIGCONT") };
	}

	it("refuses what has waited for too long: who asked may be gone", async () => {
		const { graph, goOn } = await stopped({ planMillis: 2000, planLoadMillis: 3000 });
		const [first, ...behind] = [graph.plan(question(users)), ...many(graph, 3)];
		const settled = Promise.allSettled(behind);
		await sleep(3200);
		goOn();
		expect(await first).toEqual(inProcess(supergraphSdl, users));
		for (const each of await settled) expect(each).toMatchObject({ reason: { code: "OVERLOADED" } });
		await graph.plan(question("{ users { id } }"));
	});

	it("lets callers take turns, and in when another has filled all places", async () => {
		const { graph, goOn } = await stopped({ waitingPlans: 5 });
		const done: string[] = [];
		const plan = async (who: string, name: string) => {
			await graph.plan(question(`{ users { ${name}: name } }`), who);
			done.push(name);
		};
		const flood = Promise.allSettled(Array.from({ length: 8 }, (_, index) => plan("flood", `f${index}`)));
		const others = [plan("ann", "a0"), plan("bob", "b0")];
		goOn();
		await Promise.all(others);
		await flood;
		expect(done).toEqual(["f0", "a0", "b0", "f1", "f2", "f3", "f4"]);
	});

	it("takes in a supergraph however many plans wait", async () => {
		const { planner, graph, goOn } = await stopped({ waitingPlans: 2 });
		const plans = Promise.all(many(graph, 2));
		const loading = planner.load(supergraphWith("a"));
		goOn();
		expect(JSON.stringify(await (await loading).plan(question("{ a }")))).toContain("{a}");
		await plans;
	});
});

describe("supergraphs", () => {
	it("are planned on side by side, in one process, more of them than it holds at a time", async () => {
		const { planner, graph } = await openGraph({ loadedGraphs: 2 });
		const before = pidOf(planner);
		const others = await Promise.all(["a", "b", "c"].map((field) => planner.load(supergraphWith(field))));
		for (let round = 0; round < 2; round += 1) {
			await Promise.all(
				["a", "b", "c"].map(async (field, index) => {
					const plan = await others[index]?.plan(question(`{ ${field} }`));
					expect(JSON.stringify(plan)).toContain(`{${field}}`);
				}),
			);
			await expect(graph.plan(question("{ a }"))).rejects.toThrow(/'a' not found/);
		}
		expect(pidOf(planner)).toBe(before);
	});

	it("are held until their last holder lets go", async () => {
		const { planner, graph } = await openGraph();
		const again = await planner.load(supergraphSdl);
		expect(again.hash).toBe(graph.hash);
		graph.release();
		graph.release();
		expect(await again.plan(question(users))).toEqual(inProcess(supergraphSdl, users));
		again.release();
		const anew = await planner.load(supergraphSdl);
		expect(anew.overrides).toEqual({ labels: ["new-bio"], percentages: expect.arrayContaining([25, 60]) });
		expect(await anew.plan(question(users))).toEqual(inProcess(supergraphSdl, users));
	});

	it("that nothing can be planned on are refused, and change nothing", async () => {
		const { planner, graph } = await openGraph();
		await expect(planner.load("type Query { a: Int ")).rejects.toBeInstanceOf(CompositionError);
		await graph.plan(question(users));
	});
});

describe("the end", () => {
	it("of the planner ends its process and refuses what waits", async () => {
		const { graph, planner } = await openGraph();
		const pid = pidOf(planner);
		const waiting = Promise.allSettled([graph.plan(question(bomb(24))), ...many(graph, 3)]);
		await planner.close();
		for (const settled of await waiting) {
			expect(settled).toMatchObject({ status: "rejected", reason: { code: "OVERLOADED" } });
		}
		expect(runs(pid)).toBe(false);
		await expect(graph.plan(question("{ users { id } }"))).rejects.toMatchObject({ code: "OVERLOADED" });
	});

	it.each(["SIGKILL", "SIGTERM"] as const)("of its parent by %s ends it, even while it plans", async (signal) => {
		const parent = spawn(process.execPath, [fileURLToPath(new URL("planning-parent.ts", import.meta.url))], {
			stdio: ["ignore", "pipe", "inherit"],
		});
		try {
			const [line] = (await once(parent.stdout, "data")) as [Buffer];
			const pid = Number(line.toString("utf8"));
			expect(runs(pid)).toBe(true);
			parent.kill(signal);
			await gone(pid);
		} finally {
			parent.kill("SIGKILL");
		}
	});

	it("of a planner that nobody closed does not keep its process running", async () => {
		const url = new URL("../../../gateway/plan/planner.ts", import.meta.url).href;
		const limits = new URL("../../../gateway/limits.ts", import.meta.url).href;
		const script = `
			const { Planner } = await import(${JSON.stringify(url)});
			const { defaultLimits } = await import(${JSON.stringify(limits)});
			const logger = { warn() {} };
			const graph = await new Planner(defaultLimits, logger).load(${JSON.stringify(supergraphSdl)});
			await graph.plan({ text: "{ users { name } }", labels: [], percentage: 100 });
		`;
		const parent = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "inherit" });
		const [code] = (await once(parent, "exit")) as [number];
		expect(code).toBe(0);
	});
});

it("does not hand the environment to the process", async () => {
	vi.stubEnv("A_SECRET_OF_OURS", "hunter2");
	const planner = new Planner(defaultLimits, silentLogger);
	opened.push(planner);
	await planner.load(supergraphSdl);
	vi.unstubAllEnvs();
	const environment = await readFile(`/proc/${pidOf(planner)}/environ`, "utf8").catch(() => "");
	expect(environment).not.toContain("hunter2");
});
