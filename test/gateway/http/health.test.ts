import { describe, expect, it } from "vitest";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { createGateway } from "../../../gateway/gateway.ts";
import { inProcessSubgraph } from "../../../gateway/transport/in-process.ts";
import { authenticate, recordingLogger } from "../support/gateway.ts";
import { registrySubgraph } from "../support/subgraphs.ts";

const logger = recordingLogger([]);

async function gatewayThatIs(ready: () => Promise<void>) {
	return createGateway({
		subgraphs: [inProcessSubgraph("registry", registrySubgraph, logger)],
		authenticate,
		logger,
		ready,
		files: {
			blobs: { stat: async () => null, read: () => Promise.reject(new Error("none")) },
			upload: () => Promise.reject(new Error("none")),
			uploaded: () => Promise.reject(new Error("none")),
		},
	});
}

describe("health and readiness", () => {
	it("lives before it is ready, which it is once the graph is composed and its components answer", async () => {
		let broken = false;
		const { app, refresh, close } = await gatewayThatIs(async () => {
			if (broken) throw new FeaturegraphError("STORE_UNAVAILABLE", "Redis does not answer.");
		});
		expect((await app.inject("/health")).json()).toEqual({ status: "ok" });
		expect((await app.inject("/ready")).statusCode).toBe(503);
		const early = await app.inject({ method: "POST", url: "/graphql", payload: { query: "{ whoAmI }" } });
		expect(early.statusCode).toBe(503);
		expect(early.json()).toMatchObject({ errors: [{ extensions: { code: "SUBGRAPH_UNAVAILABLE" } }] });

		await refresh();
		expect((await app.inject("/ready")).json()).toEqual({ status: "ready" });
		broken = true;
		const response = await app.inject("/ready");
		expect(response.statusCode).toBe(503);
		expect(response.json()).toEqual({ status: "not ready", reason: "Redis does not answer." });
		expect((await app.inject("/health")).statusCode).toBe(200);
		await close();
	});

	it("does not tell strangers why a component fails", async () => {
		const { app, refresh, close } = await gatewayThatIs(() => Promise.reject(new Error("postgres://user:secret@db")));
		await refresh();
		expect((await app.inject("/ready")).body).not.toContain("secret");
		await close();
	});

	it("counts operations for Prometheus", async () => {
		const { app, refresh, close } = await gatewayThatIs(async () => undefined);
		await refresh();
		await app.inject({ method: "POST", url: "/graphql", payload: { query: "{ whoAmI }" } });
		await app.inject({ method: "POST", url: "/graphql", payload: { query: "{ internal }" } });
		const { body } = await app.inject("/metrics");
		expect(body).toContain('featuregraph_gateway_operation_seconds_count{kind="query",outcome="ok"} 1');
		expect(body).toContain('featuregraph_gateway_operation_seconds_count{kind="query",outcome="errors"} 1');
		expect(body).toContain('featuregraph_gateway_operations_running{kind="query"} 0');
		await close();
	});

	it("answers what is not there, and what breaks, in one form", async () => {
		const { app, close } = await gatewayThatIs(async () => undefined);
		const response = await app.inject("/nowhere?token=secret");
		expect(response.statusCode).toBe(404);
		expect(response.json()).toEqual({
			errors: [{ message: "Nothing is served at GET /nowhere.", extensions: { code: "NOT_FOUND" } }],
		});
		for (const [url, status] of [
			["/%", 400],
			[`/files/uploads/${"a".repeat(2000)}`, 414],
		] as const) {
			const unreadable = await app.inject({ method: "PUT", url });
			expect(unreadable.statusCode).toBe(status);
			expect(unreadable.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_USER_INPUT" } }] });
			expect(unreadable.headers).toMatchObject({ "x-request-id": expect.any(String) as string });
		}
		const broken = await app.inject({ method: "PUT", url: "/files/uploads/1", payload: "x" });
		expect(broken.statusCode).toBe(500);
		expect(broken.json()).toMatchObject({ errors: [{ extensions: { code: "INTERNAL_SERVER_ERROR" } }] });
		await close();
	});
});
