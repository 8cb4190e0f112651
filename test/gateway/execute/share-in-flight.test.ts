import type { ExecutionResult } from "graphql";
import { beforeEach, describe, expect, it } from "vitest";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { Principal } from "../../../core/ports/principal.ts";
import type { Endable } from "../../../gateway/endable.ts";
import { SharedQueries } from "../../../gateway/execute/share-in-flight.ts";
import type { ShareableQuery } from "../../../gateway/execute/shareable-query.ts";

const alice = (): Principal => ({ id: "alice", permissions: new Set(["READ"]), projects: null });
const stay: Endable = new AbortController();
const operation = {};

/** Executions that end when they are told to. */
class Executions {
	readonly begun: { readonly signal: AbortSignal; readonly end: (result: ExecutionResult) => void }[] = [];
	readonly execute = ({ signal }: Endable): Promise<ExecutionResult> => {
		const { promise, resolve } = Promise.withResolvers<ExecutionResult>();
		this.begun.push({ signal, end: resolve });
		return promise;
	};
	end(at: number): void {
		this.begun[at]?.end({ data: { run: at } });
	}
}

let executions: Executions;
let joined: number;
let shared: SharedQueries;
beforeEach(() => {
	executions = new Executions();
	joined = 0;
	shared = new SharedQueries({ most: 3, joined: () => (joined += 1) });
});

const ask = (query: Partial<ShareableQuery> = {}) =>
	shared.execute(
		{ operation, variables: {}, principal: alice(), headers: {}, until: stay, ...query },
		executions.execute,
	);

describe("equal queries under way", () => {
	it("are executed once, and all get the result", async () => {
		const asked = [ask({ variables: { of: [1, { a: 2 }] } }), ask({ variables: { of: [1, { a: 2 }] } })];
		executions.end(0);
		expect(await Promise.all(asked)).toEqual([{ data: { run: 0 } }, { data: { run: 0 } }]);
		expect(executions.begun).toHaveLength(1);
		expect(joined).toBe(1);
	});

	it("are executed anew once they are answered", async () => {
		const first = ask();
		executions.end(0);
		await first;
		const second = ask();
		executions.end(1);
		expect(await second).toEqual({ data: { run: 1 } });
		expect(joined).toBe(0);
	});

	it.each<[string, Partial<ShareableQuery>]>([
		["operations, plans or generations", { operation: {} }],
		["variables", { variables: { of: 1 } }],
		["principals", { principal: { ...alice(), id: "bob" } }],
		["permissions", { principal: { ...alice(), permissions: new Set() } }],
		["projects", { principal: { ...alice(), projects: new Set(["p"]) } }],
		["scopes", { principal: { ...alice(), credential: { scopes: new Set(["s"]), policies: new Set() } } }],
		["policies", { principal: { ...alice(), credential: { scopes: new Set(), policies: new Set(["p"]) } } }],
		["headers", { headers: { tenant: "t" } }],
	])("are not of other %s", (_, other) => {
		void ask();
		void ask(other);
		expect(executions.begun).toHaveLength(2);
		expect(joined).toBe(0);
	});

	it("did not begin before a mutation ended", async () => {
		const before = ask();
		shared.wrote();
		const after = [ask(), ask()];
		expect(executions.begun).toHaveLength(2);
		executions.end(0);
		await before;
		// The end of the one before does not close what was begun since.
		after.push(ask());
		executions.end(1);
		expect(await Promise.all(after)).toEqual(Array.from({ length: 3 }, () => ({ data: { run: 1 } })));
	});

	it("go on when one of their callers leaves, and end when all have", async () => {
		const [first, second] = [new AbortController(), new AbortController()];
		void ask({ until: first });
		void ask({ until: second });
		first.abort();
		expect(executions.begun[0]?.signal.aborted).toBe(false);
		second.abort(new Error("all have left"));
		expect(executions.begun[0]?.signal.reason).toEqual(new Error("all have left"));
		void ask();
		expect(executions.begun).toHaveLength(2);
	});

	it("listen to nobody before they are asked whether to end", async () => {
		const caller = (ended: unknown): Endable => ({
			endReason: ended,
			get signal(): AbortSignal {
				throw new Error("It was listened to");
			},
		});
		const runs: Endable[] = [];
		const run = (until: Endable): Promise<ExecutionResult> => {
			runs.push(until);
			return Promise.resolve({ data: {} });
		};
		const query = { operation, variables: {}, principal: alice(), headers: {} };
		await Promise.all([
			shared.execute({ ...query, until: caller(undefined) }, run),
			shared.execute({ ...query, until: caller("left") }, run),
		]);
		expect(runs).toHaveLength(1);
		expect(runs[0]?.endReason).toBe(undefined);
	});

	it("end as one whose time is over wants it, which still takes what there is", async () => {
		const [first, second] = [new AbortController(), new AbortController()];
		void ask({ until: first });
		void ask({ until: second });
		first.abort(new FeaturegraphError("DEADLINE_EXCEEDED", "too late"));
		second.abort();
		expect(executions.begun[0]?.signal.reason).toMatchObject({ code: "DEADLINE_EXCEEDED" });
	});

	it("are not joined once they fail, and fail for all", async () => {
		const failing = () => Promise.reject(new Error("no"));
		const query = { operation, variables: {}, principal: alice(), headers: {}, until: stay };
		const answers = await Promise.allSettled([shared.execute(query, failing), shared.execute(query, failing)]);
		expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
		expect(joined).toBe(1);
		void ask();
		expect(executions.begun).toHaveLength(1);
	});

	it("are as many as the limit says, and none where it is 0", () => {
		for (let i = 0; i < 5; i++) void ask({ operation: { i } });
		const fourth = {};
		void ask({ operation: fourth });
		void ask({ operation: fourth });
		expect(executions.begun).toHaveLength(7);
		shared = new SharedQueries({ most: 0, joined: () => (joined += 1) });
		void ask();
		void ask();
		expect(executions.begun).toHaveLength(9);
		expect(joined).toBe(0);
	});
});
