import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { joinedGraph } from "../../../app/user-subgraphs/joined-graph.ts";
import type { Candidate } from "../../../app/user-subgraphs/user-subgraphs.ts";
import type { SubgraphExecutor } from "../../../core/ports/subgraph.ts";
import { createComposer } from "../../../gateway/generation/composer.ts";
import { type Logged, recordingLogger } from "../../gateway/support/gateway.ts";

const composer = createComposer();
afterAll(() => composer.close());

const head = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n`;
const field = (name: string, type = "Int") => `${head}type Query { ${name}: ${type} }`;

function executor(name: string, sdl: () => string): SubgraphExecutor {
	const never = async () => {
		throw new Error("It is not asked here");
	};
	return { name, sdl: async () => sdl(), execute: never, subscribe: never };
}

interface Told extends Candidate {
	says: string | null;
	kept: string | null;
}

function candidate(name: string): Told {
	const told: Told = {
		name,
		says: null,
		kept: null,
		latest: () => told.says,
		accepted: () => told.kept,
		accept: (sdl) => {
			told.kept = sdl;
		},
		at: (sdl) => executor(name, () => sdl),
	};
	return told;
}

describe("the graph of ours and of users' subgraphs", () => {
	let ours: string;
	let logs: Logged[];
	let a: Told;
	let b: Told;
	let read: () => Promise<string[]>;

	beforeEach(() => {
		ours = field("ours");
		logs = [];
		a = candidate("a");
		b = candidate("b");
		const source = joinedGraph([executor("registry", () => ours)], [a, b], { composer, logger: recordingLogger(logs) });
		read = async () => {
			const draft = await source.read();
			expect(draft.sources.map(({ name }) => name)).toEqual(draft.subgraphs.map(({ name }) => name));
			return [...(await draft.compose()).publicSdl.matchAll(/^ {2}(\w+): \w+$/gm)].map(([, name]) => name!).sort();
		};
	});

	it("has those that are known", async () => {
		expect(await read()).toEqual(["ours"]);
		a.says = field("fromA");
		expect(await read()).toEqual(["fromA", "ours"]);
		b.says = field("fromB");
		expect(await read()).toEqual(["fromA", "fromB", "ours"]);
		expect(b.kept).toBe(b.says);
	});

	it("keeps what was accepted of one that does not compose any more, takes in the others, and tells it once", async () => {
		a.says = field("fromA");
		await read();
		a.says = field("ours", "String");
		b.says = field("fromB");
		expect(await read()).toEqual(["fromA", "fromB", "ours"]);
		expect(await read()).toEqual(["fromA", "fromB", "ours"]);
		expect(logs.map(({ level, message }) => [level, message])).toEqual([
			["error", "The subgraph `a` does not compose with the others"],
		]);
		const reasons = JSON.stringify(logs[0]?.fields["reasons"]);
		expect(reasons).toContain('subgraph \\"a\\"');
		expect(reasons).toContain('subgraph \\"registry\\"');
		a.says = field("newInA");
		expect(await read()).toEqual(["fromB", "newInA", "ours"]);
	});

	it("does without one that is no SDL", async () => {
		a.says = "type Query {";
		expect(await read()).toEqual(["ours"]);
		expect(JSON.stringify(logs[0]?.fields["reasons"])).toContain("[a]");
	});

	it("begins with ours alone where what was kept does not compose with them", async () => {
		a.kept = field("ours", "String");
		a.says = a.kept;
		b.says = field("fromB");
		expect(await read()).toEqual(["fromB", "ours"]);
		expect(logs).toHaveLength(1);
	});

	it("refuses a change of ours that does not compose with what is served", async () => {
		a.says = field("fromA");
		await read();
		ours = field("fromA", "String");
		await expect(read()).rejects.toThrow(/fromA/);
		expect(a.kept).toBe(field("fromA"));
		ours = field("other");
		expect(await read()).toEqual(["fromA", "other"]);
	});

	it("refuses ours where they do not compose by themselves", async () => {
		ours = "type Query { x: Missing }";
		await expect(read()).rejects.toThrow(/Missing/);
	});
});
