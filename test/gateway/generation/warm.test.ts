import { compileQuery } from "graphql-jit";
import { afterEach, describe, expect, it, vi } from "vitest";
import { HotOperations, hotOperation } from "../../../gateway/generation/hot-operations.ts";
import type { GatewayLimits } from "../../../gateway/limits.ts";
import { type Running, startGateway } from "../support/gateway.ts";
import { registrySubgraph } from "../support/subgraphs.ts";

/** As it is, and counted. */
vi.mock("graphql-jit", async (original) => {
	const jit = await original<{ compileQuery: typeof compileQuery }>();
	return { ...jit, compileQuery: vi.fn(jit.compileQuery) };
});

const principal = { id: "anyone", permissions: new Set<never>(), projects: null };
const described = (query: string) => () => hotOperation({ query, operationName: null }, { coerced: {} }, principal);

describe("the operations that are used most", () => {
	it("are told in order, as many as are asked for", () => {
		const hot = new HotOperations(10);
		const [rare, often] = [{}, {}];
		hot.used(rare, described("rare"));
		for (let i = 0; i < 3; i++) hot.used(often, described("often"));
		expect(hot.top(1).map(({ operation }) => operation.query)).toEqual(["often"]);
		expect(hot.top(5).map(({ operation, uses }) => [operation.query, uses])).toEqual([
			["often", 3],
			["rare", 1],
		]);
	});

	it("are bounded: what was not used for long is forgotten", () => {
		const hot = new HotOperations(2);
		for (const name of ["a", "b", "c"]) hot.used({}, described(name));
		expect(new Set(hot.top(5).map(({ operation }) => operation.query))).toEqual(new Set(["b", "c"]));
	});

	it("keep no variables but those that conditions may read", () => {
		const { conditions } = hotOperation(
			{ query: "", operationName: null },
			{ coerced: { on: true, secret: "x" } },
			principal,
		);
		expect(conditions).toEqual({ on: true });
	});
});

describe("a swap", () => {
	let running: Running;
	afterEach(() => running.gateway.close());
	const start = async (limits: Partial<GatewayLimits> = {}) => {
		running = await startGateway({ limits });
	};
	const swap = async (extra: string) => {
		running.registry = registrySubgraph(extra);
		await running.gateway.refresh();
	};
	const warmed = () => running.logs.filter(({ fields }) => "warmed" in fields).map(({ fields }) => fields["warmed"]);

	it("makes them ready first, those that still fit, and again at the next swap", async () => {
		await start();
		await swap("gone: Int");
		for (const query of [
			"{ things { id value } }",
			"query($v: Boolean!) { thing(id: 1) { id name @include(if: $v) } }",
		]) {
			expect((await running.post(query, { v: true })).errors).toBeUndefined();
		}
		await running.post("{ things { gone } }");
		await running.post("{ nothing }");
		await swap("other: Int");
		await swap("another: Int");
		expect(warmed()).toEqual([0, 0, 2, 2]);
	});

	it("leaves nothing to be compiled for those that were asked often: neither when it is done, nor for who asks then", async () => {
		await start();
		const query = "query($v: Boolean!) { things { id name @include(if: $v) } served }";
		const ask = async (v: boolean) => expect((await running.post(query, { v })).errors).toBeUndefined();
		const compilations = () => vi.mocked(compileQuery).mock.calls.length;
		for (let i = 0; i < 10; i++) await ask(true);
		await expect.poll(compilations).toBe(2);
		const before = compilations();
		await swap("other: Int");
		const after = compilations();
		expect(after).toBe(2 * before);
		for (let i = 0; i < 10; i++) await ask(true);
		expect(compilations()).toBe(after);
		// What nobody asked is compiled when it is.
		for (let i = 0; i < 10; i++) await ask(false);
		await expect.poll(compilations).toBeGreaterThan(after);
	});

	it("takes no more of them, and no longer, than it may", async () => {
		await start({ warmedOperations: 1 });
		for (const query of ["{ things { id } }", "{ things { name } }"]) await running.post(query);
		await swap("other: Int");
		await running.gateway.close();
		expect(warmed()).toEqual([0, 1]);
		await start({ warmMillis: -1 });
		await running.post("{ things { id } }");
		await swap("other: Int");
		expect(warmed()).toEqual([0, 0]);
	});
});
