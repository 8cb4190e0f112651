import Fastify, { type FastifyInstance } from "fastify";
import { Registry } from "prom-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMeasure } from "../../app/hosts/measure.ts";
import { pushRoute } from "../../app/hosts/push-route.ts";
import { verifyWith } from "../../app/hosts/signed-requests.ts";
import { type RemotePush, remotePush } from "../../app/processes/remote-push.ts";
import { signingKeys } from "../../core/access/signed-request.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { PushRequest, TakePush } from "../../core/ports/take-push.ts";
import { httpErrorHandler } from "../../gateway/http/http-errors.ts";
import { requestSigner } from "../../gateway/transport/http/request-signer.ts";
import { silentLogger } from "../support/silent-logger.ts";

const secret = "s".repeat(32);
const alice: Principal = { id: "token:alice", permissions: new Set(["WRITE_VALUES"]), projects: new Set(["default"]) };
const asked: PushRequest[] = [];
let answer: TakePush;
let app: FastifyInstance;
let remote: RemotePush;

beforeEach(async () => {
	asked.length = 0;
	app = Fastify();
	app.setErrorHandler(httpErrorHandler(silentLogger));
	await app.register(pushRoute, {
		verify: verifyWith([secret], "serving"),
		measure: createMeasure(new Registry(), "serving"),
		takePush: (request) => {
			asked.push(request);
			return answer(request);
		},
	});
	remote = connect(secret, await app.listen({ port: 0, host: "127.0.0.1" }));
});
afterEach(async () => {
	await remote.close();
	await app.close();
});

function connect(signedWith: string, url: string): RemotePush {
	const [key] = signingKeys([signedWith]);
	if (key === undefined) throw new Error("no key");
	return remotePush("serving", `${url}/graphql`, requestSigner(key, { subgraph: "serving" }));
}

const push = (more: Partial<PushRequest> = {}, by = remote) =>
	by.takePush({
		format: "arrow",
		body: Uint8Array.of(1, 255),
		request: '{"into": {"source": "a&b=c:é"}}',
		idempotencyKey: "k&1",
		principal: alice,
		requestId: "r-1",
		signal: new AbortController().signal,
		...more,
	});
const text = async (taken: Promise<Uint8Array | string>): Promise<string> =>
	Buffer.from((await taken) as Uint8Array).toString();

describe("pushes to another process", () => {
	it("are taken as they came here", async () => {
		answer = async () => '{"é":2}';
		expect(await text(push())).toBe('{"é":2}');
		const request = '{"into": {"source": "a&b=c:é"}}';
		expect(asked[0]).toMatchObject({ format: "arrow", request, idempotencyKey: "k&1", principal: alice });
		expect([...(asked[0]?.body ?? [])]).toEqual([1, 255]);
		await push({ format: "json", body: Buffer.from("{}"), request: null, idempotencyKey: null });
		expect(asked[1]).toMatchObject({ format: "json", request: null, idempotencyKey: null });
	});

	it("are refused with the reason of that process, and to who has not signed with the secret", async () => {
		answer = async () => {
			throw new FeaturegraphError("UNKNOWN_SOURCE", "There is no source.", { name: "s", nearest: ["t"] });
		};
		await expect(push()).rejects.toMatchObject({ code: "UNKNOWN_SOURCE", details: { name: "s", nearest: ["t"] } });
		const stranger = connect("x".repeat(32), app.listeningOrigin);
		await expect(push({}, stranger)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
		await stranger.close();
		expect(asked).toHaveLength(1);
	});

	it("are sent again where the connection broke only under a key, and are unavailable without that process", async () => {
		let breaks = 1;
		app.server.prependListener("request", (request) => {
			if (breaks-- > 0) request.socket.destroy();
		});
		answer = async () => "{}";
		expect(await text(push())).toBe("{}");
		breaks = 1;
		await expect(push({ idempotencyKey: null })).rejects.toMatchObject({
			code: "SUBGRAPH_UNAVAILABLE",
			details: { hint: expect.stringContaining("idempotency-key") as string },
		});
		await app.close();
		await expect(push()).rejects.toMatchObject({ code: "SUBGRAPH_UNAVAILABLE" });
	});
});
