import { Registry } from "prom-client";
import { afterEach, describe, expect, it } from "vitest";
import { FeaturegraphError } from "../../../../core/errors/featuregraph-error.ts";
import type { HttpSubgraphOptions } from "../../../../gateway/transport/http/http-subgraph.ts";
import { createHttpSubgraphMetrics } from "../../../../gateway/transport/http/metrics.ts";
import { refusalOf, requestOf, subgraphAt } from "./support/ask.ts";
import { answerJson, answerText, type Respond, startHttpServer } from "./support/http-server.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
});

async function start(respond: Respond, { limits, ...options }: Partial<HttpSubgraphOptions> = {}) {
	const server = await startHttpServer(respond);
	const { subgraph, logs } = subgraphAt(server.url, { limits: { retryMillis: 2, ...limits }, ...options });
	closing.push(() => subgraph.close(), server.close);
	return { server, subgraph, logs };
}

const mutation = "mutation { field }";
const gone: Respond = (response) => void response.destroy();
const never: Respond = () => undefined;
const well = answerJson({ data: { field: "well" } });
/** The first requests as they come are answered in these ways, the rest by the last. */
const inTurn = (...ways: readonly Respond[]): Respond => {
	let count = 0;
	return (response, asked) => ways[Math.min(count++, ways.length - 1)]?.(response, asked);
};

describe("a query that gets no answer", () => {
	for (const [what, respond] of [
		["a connection that breaks", gone],
		["502", answerText("", {}, 502)],
		["503", answerText("", {}, 503)],
		["504", answerText("", {}, 504)],
	] as const) {
		it(`is sent once more, and once only, after ${what}`, async () => {
			const { server, subgraph } = await start(inTurn(respond, well));
			expect(await subgraph.execute(requestOf())).toEqual({ data: { field: "well" } });
			expect(server.asked).toHaveLength(2);
			server.respond = respond;
			expect(await refusalOf(subgraph)).toMatchObject({
				code: "SUBGRAPH_UNAVAILABLE",
				message: "The subgraph `things` does not answer.",
				details: { name: "things" },
			});
			expect(server.asked).toHaveLength(4);
		});
	}

	it("is a query: a mutation is sent once", async () => {
		const { server, subgraph } = await start(inTurn(gone, well));
		expect(await refusalOf(subgraph, requestOf(mutation))).toMatchObject({ code: "SUBGRAPH_UNAVAILABLE" });
		expect(server.asked).toHaveLength(1);
	});

	it("is not sent again for an answer that is wrong, or late", async () => {
		const wrong = await start(answerText("", {}, 500));
		expect(await refusalOf(wrong.subgraph)).toMatchObject({ code: "SUBGRAPH_INVALID_RESPONSE" });
		expect(wrong.server.asked).toHaveLength(1);
		const late = await start(never, { limits: { requestMillis: 300 } });
		expect(await refusalOf(late.subgraph)).toMatchObject({ message: "The subgraph `things` did not answer in time." });
		expect(late.server.asked.length).toBeLessThanOrEqual(1);
	});

	it("has one time for both attempts", async () => {
		const { server, subgraph } = await start(inTurn(gone, never), { limits: { requestMillis: 1_000 } });
		expect(await refusalOf(subgraph)).toMatchObject({ message: "The subgraph `things` did not answer in time." });
		expect(server.asked).toHaveLength(2);
	});

	it("is counted when it is sent again", async () => {
		const registry = new Registry();
		const { subgraph } = await start(inTurn(gone, well), { metrics: createHttpSubgraphMetrics(registry) });
		await subgraph.execute(requestOf());
		expect(await registry.metrics()).toContain('featuregraph_gateway_subgraph_retries_total{subgraph="things"} 1');
	});

	it("names the subgraph when nobody listens there", async () => {
		const server = await startHttpServer();
		await server.close();
		const { subgraph } = subgraphAt(server.url);
		closing.push(() => subgraph.close());
		const refusal = await refusalOf(subgraph);
		expect(refusal).toMatchObject({ code: "SUBGRAPH_UNAVAILABLE", details: { name: "things" } });
		expect(refusal.message).not.toMatch(/127\.0\.0\.1|ECONN/);
	});
});

describe("an operation that ends", () => {
	it("ends its request at once, for the reason that it gives", async () => {
		const left = { connection: false };
		const { server, subgraph } = await start((response) => void response.once("close", () => (left.connection = true)));
		for (const reason of [new FeaturegraphError("DEADLINE_EXCEEDED", "Too long."), undefined]) {
			left.connection = false;
			const ending = new AbortController();
			const refusal = refusalOf(subgraph, requestOf("{ field }", { context: { signal: ending.signal } }));
			const before = server.asked.length;
			await expect.poll(() => server.asked.length).toBe(before + 1);
			ending.abort(reason);
			expect((await refusal).code).toBe(reason?.code ?? "SUBGRAPH_UNAVAILABLE");
			await expect.poll(() => left.connection).toBe(true);
		}
	});

	it("asks nothing when it is over before", async () => {
		const { server, subgraph } = await start(well);
		const context = { signal: AbortSignal.abort() };
		expect(await refusalOf(subgraph, requestOf("{ field }", { context }))).toMatchObject({
			code: "SUBGRAPH_UNAVAILABLE",
		});
		expect(await subgraph.execute(requestOf())).toEqual({ data: { field: "well" } });
		expect(server.asked).toHaveLength(1);
	});

	it("gives its place back, whether it had a connection yet or not", async () => {
		const limits = { connections: 1, waiting: 3, retryMillis: 1 };
		const { server, subgraph } = await start(never, { limits });
		for (let round = 0; round < 5; round += 1) {
			const ending = new AbortController();
			const request = requestOf("{ field }", { context: { signal: ending.signal } });
			const refusals = [1, 2, 3, 4].map(() => refusalOf(subgraph, request));
			await expect.poll(() => server.asked.length).toBe(round + 1);
			expect(await refusalOf(subgraph)).toMatchObject({ code: "OVERLOADED" });
			ending.abort();
			for (const { code } of await Promise.all(refusals)) expect(code).toBe("SUBGRAPH_UNAVAILABLE");
			await expect.poll(() => server.connections()).toBe(0);
		}
		server.respond = well;
		const answers = await Promise.all([1, 2, 3, 4].map(() => subgraph.execute(requestOf())));
		expect(answers).toHaveLength(4);
		expect(server.asked).toHaveLength(9);
	});

	it("leaves no listener on its signal", async () => {
		const { subgraph } = await start(well);
		const { signal } = new AbortController();
		let listeners = 0;
		const counting = new Proxy(signal, {
			get(target, name) {
				const value: unknown = Reflect.get(target, name);
				if (typeof value !== "function") return value;
				if (name === "addEventListener") listeners += 1;
				if (name === "removeEventListener") listeners -= 1;
				return value.bind(target);
			},
		});
		await subgraph.execute(requestOf("{ field }", { context: { signal: counting } }));
		expect(listeners).toBe(0);
	});
});

describe("the circuit breaker", () => {
	const limits = { failuresToOpen: 3, openMillis: 50, requestMillis: 5_000 };

	it("opens after failures in a row, then asks nothing until a trial succeeds", async () => {
		const registry = new Registry();
		const { server, subgraph } = await start(gone, { limits, metrics: createHttpSubgraphMetrics(registry) });
		const gauge = async () => /subgraph_breaker\{subgraph="things"\} (\d)/.exec(await registry.metrics())?.[1];
		expect(await gauge()).toBe("0");
		for (let count = 0; count < 3; count += 1) await refusalOf(subgraph, requestOf(mutation));
		expect(subgraph.breaker()).toBe("open");
		expect(await gauge()).toBe("2");
		expect(server.asked).toHaveLength(3);
		server.respond = well;
		// It is refused without being asked, until its time alone is over; then one request finds it well.
		await expect.poll(async () => "data" in (await subgraph.execute(requestOf()).catch(() => ({})))).toBe(true);
		expect(server.asked).toHaveLength(4);
		expect(subgraph.breaker()).toBe("closed");
		expect(await gauge()).toBe("0");
	});

	it("says so of a subgraph that it does not ask", async () => {
		const { subgraph } = await start(gone, { limits: { ...limits, openMillis: 60_000 } });
		for (let count = 0; count < 3; count += 1) await refusalOf(subgraph, requestOf(mutation));
		expect(await refusalOf(subgraph)).toMatchObject({
			code: "SUBGRAPH_UNAVAILABLE",
			message: "The subgraph `things` failed repeatedly and is left alone for a moment.",
		});
	});

	it("lets one request try, and refuses the others meanwhile", async () => {
		const trial = Promise.withResolvers<undefined>();
		const { server, subgraph } = await start(gone, { limits });
		for (let count = 0; count < 3; count += 1) await refusalOf(subgraph, requestOf(mutation));
		server.respond = async (response, asked) => {
			await trial.promise;
			await well(response, asked);
		};
		const tries: Promise<unknown>[] = [];
		await expect
			.poll(() => {
				tries.push(subgraph.execute(requestOf()).catch(() => "refused"));
				return subgraph.breaker();
			})
			.toBe("half-open");
		await expect.poll(() => server.asked.length).toBe(4);
		expect(await refusalOf(subgraph)).toMatchObject({ message: expect.stringContaining("left alone") });
		expect(server.asked).toHaveLength(4);
		trial.resolve(undefined);
		expect((await Promise.all(tries)).filter((answer) => answer !== "refused")).toEqual([{ data: { field: "well" } }]);
		expect(subgraph.breaker()).toBe("closed");
	});

	it("stays open when the trial fails, or nobody waits for it", async () => {
		const { server, subgraph } = await start(gone, { limits });
		for (let count = 0; count < 3; count += 1) await refusalOf(subgraph, requestOf(mutation));
		const tried = async (signal?: AbortSignal) => {
			const before = server.asked.length;
			const request = requestOf(mutation, signal === undefined ? {} : { context: { signal } });
			await expect
				.poll(async () => {
					await subgraph.execute(request).catch(() => undefined);
					return server.asked.length;
				})
				.toBe(before + 1);
		};
		await tried();
		expect(subgraph.breaker()).toBe("open");
		const leaving = new AbortController();
		server.respond = () => leaving.abort();
		await tried(leaving.signal);
		expect(subgraph.breaker()).toBe("open");
	});

	it("does not count what was not waited for, nor an answer that is wrong", async () => {
		const { server, subgraph } = await start(well, { limits });
		for (let count = 0; count < 10; count += 1) {
			const leaving = new AbortController();
			server.respond = () => leaving.abort();
			await refusalOf(subgraph, requestOf("{ field }", { context: { signal: leaving.signal } }));
			expect(subgraph.breaker()).toBe("closed");
		}
		server.respond = answerText("<html>");
		for (let count = 0; count < 10; count += 1) await refusalOf(subgraph);
		expect(subgraph.breaker()).toBe("closed");
	});
});

describe("a subgraph that comes back", () => {
	it("is found again at its address", async () => {
		const first = await startHttpServer(well);
		const { subgraph } = subgraphAt(first.url, { limits: { retryMillis: 1, failuresToOpen: 3, openMillis: 20 } });
		closing.push(() => subgraph.close());
		expect(await subgraph.execute(requestOf())).toEqual({ data: { field: "well" } });
		await first.close();
		await expect.poll(async () => (await refusalOf(subgraph)).message).toMatch(/left alone/);
		const second = await startHttpServer(well, first.port);
		closing.push(second.close);
		await expect.poll(async () => "data" in (await subgraph.execute(requestOf()).catch(() => ({})))).toBe(true);
	});
});
