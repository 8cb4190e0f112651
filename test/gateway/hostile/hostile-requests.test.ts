import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Running, startGateway } from "../support/gateway.ts";
import { type HostileRequest, hostileRequests } from "./requests.ts";
import { slowness } from "./slowness.ts";

const processorMillis = 50;
const runs = 5;
/** Where these were not enough: a busy machine. */
const mostRuns = 25;

let running: Running;
beforeAll(async () => {
	running = await startGateway({ limits: { bodyBytes: 60_000 } });
	await running.post("{ served }");
});
afterAll(() => running.gateway.close());

/** As it stands: a client would mend it. */
function send({ method = "POST", path = "/graphql", headers, body }: HostileRequest) {
	return new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
		const sent = request(running.url, {
			agent: false,
			method,
			path,
			headers: headers ?? { "content-type": "application/json" },
		});
		sent.on("response", (response) => {
			const chunks: Buffer[] = [];
			response.on("data", (chunk: Buffer) => chunks.push(chunk));
			response.on("end", () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
			response.on("error", reject);
		});
		sent.on("error", reject);
		sent.end(body);
	});
}

describe("a hostile request", () => {
	it.each(hostileRequests)("is answered at little cost: $what", async (hostile) => {
		let best = Number.POSITIVE_INFINITY;
		for (let run = 0; best > (run < runs ? processorMillis / 5 : processorMillis) && run < mostRuns; run++) {
			const begun = process.cpuUsage();
			const { status, text } = await send(hostile);
			const { user, system } = process.cpuUsage(begun);
			best = Math.min(best, (user + system) / 1000);
			expect(status).toBe(hostile.status);
			expect(text.length).toBeLessThan(10_000);
			const code = text.startsWith("{")
				? (JSON.parse(text) as { errors?: { extensions: { code: string } }[] }).errors?.[0]?.extensions.code
				: undefined;
			expect(code ?? null).toBe(hostile.code);
		}
		if (best > processorMillis) best /= slowness();
		expect(best).toBeLessThan(processorMillis);
	});

	it("changes nothing that others see", async () => {
		expect((await running.post("{ served }")).raw).toEqual({ data: { served: 1 } });
		expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
	});
});
