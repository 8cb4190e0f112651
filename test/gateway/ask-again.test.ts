import { type ExecutionResult, GraphQLError, OperationTypeNode } from "graphql";
import { describe, expect, it } from "vitest";
import { askingAgain } from "../../gateway/ask-again.ts";
import type { AskedOperation, Caller } from "../../gateway/operation.ts";

const outOfDate: ExecutionResult = {
	errors: [new GraphQLError("Another schema.", { extensions: { code: "GRAPH_OUT_OF_DATE" } })],
};
const principal = { id: "ada", permissions: new Set<never>(), projects: null };
const request = { query: "{ field }", operationName: null, variables: {} };
const millis = 200;

/** An operation that meets a subgraph of another generation, and what it is asked by the second time. */
function meeting(refresh: () => Promise<void>, second: (caller: Caller) => Promise<ExecutionResult>) {
	let prepared = 0;
	const run = ({ caller }: AskedOperation) => (prepared === 1 ? Promise.resolve(outOfDate) : second(caller));
	const operations = askingAgain(
		{
			async prepare(request, caller, kinds): Promise<AskedOperation> {
				prepared += 1;
				return { request, caller, kinds, kind: OperationTypeNode.QUERY, principal };
			},
			execute: run,
			subscribe: run,
		},
		{ refresh, millis },
	);
	const leaving = new AbortController();
	const caller = { requestId: "request-1", credentials: { principal }, signal: leaving.signal };
	const carriedOut = async (way: "execute" | "subscribe") =>
		operations[way](await operations.prepare(request, caller, [OperationTypeNode.QUERY]));
	return { leaving, carriedOut, prepared: () => prepared };
}

const never = <T>() => new Promise<T>(() => undefined);
const well = async (): Promise<ExecutionResult> => ({ data: { field: 1 } });

describe("an operation that meets a subgraph of another generation", () => {
	it("is asked again on the newest graph, whether it is executed or followed", async () => {
		for (const way of ["execute", "subscribe"] as const) {
			const { carriedOut } = meeting(async () => undefined, well);
			expect(await carriedOut(way)).toEqual({ data: { field: 1 } });
		}
	});

	it("waits for the newest graph no longer than an operation may take", async () => {
		for (const way of ["execute", "subscribe"] as const) {
			const { carriedOut, prepared } = meeting(never, well);
			expect(await carriedOut(way)).toBe(outOfDate);
			expect(prepared()).toBe(1);
		}
	});

	it("has one time for both attempts", async () => {
		let reason: unknown;
		const { carriedOut } = meeting(
			async () => undefined,
			({ signal }) =>
				new Promise((resolve) => {
					signal.addEventListener("abort", () => {
						reason = signal.reason;
						resolve({ data: null });
					});
				}),
		);
		expect(await carriedOut("execute")).toEqual({ data: null });
		expect(reason).toMatchObject({
			code: "DEADLINE_EXCEEDED",
			message: `The operation took longer than ${millis} ms.`,
		});
	});

	it("is over in time where the second attempt does not end", async () => {
		const { carriedOut } = meeting(async () => undefined, never);
		expect(await carriedOut("execute")).toBe(outOfDate);
	});

	it("is asked no more once its client has left", async () => {
		const { carriedOut, leaving, prepared } = meeting(never, well);
		const result = carriedOut("execute");
		leaving.abort();
		expect(await result).toBe(outOfDate);
		expect(prepared()).toBe(1);
	});

	it("keeps its first answer where the graph cannot be looked at", async () => {
		const { carriedOut, prepared } = meeting(() => Promise.reject(new Error("down")), well);
		expect(await carriedOut("execute")).toBe(outOfDate);
		expect(prepared()).toBe(1);
	});
});
