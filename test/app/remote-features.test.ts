import Fastify, { type FastifyInstance } from "fastify";
import { Registry } from "prom-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { featuresRoute } from "../../app/hosts/features-route.ts";
import { createMeasure } from "../../app/hosts/measure.ts";
import { verifyWith } from "../../app/hosts/signed-requests.ts";
import { type RemoteFeatures, remoteFeatures } from "../../app/processes/remote-features.ts";
import { signingKeys } from "../../core/access/signed-request.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { FeaturesRequest, ReadFeatures } from "../../core/ports/read-features.ts";
import { httpErrorHandler } from "../../gateway/http/http-errors.ts";
import { requestSigner } from "../../gateway/transport/http/request-signer.ts";
import { silentLogger } from "../support/silent-logger.ts";

const secret = "s".repeat(32);
const alice: Principal = { id: "token:alice", permissions: new Set(["READ_VALUES"]), projects: new Set(["default"]) };
const asked: FeaturesRequest[] = [];
let answer: ReadFeatures;
let app: FastifyInstance;
let remote: RemoteFeatures;

beforeEach(async () => {
	asked.length = 0;
	app = Fastify();
	app.setErrorHandler(httpErrorHandler(silentLogger));
	await app.register(featuresRoute, {
		verify: verifyWith([secret], "serving"),
		measure: createMeasure(new Registry(), "serving"),
		readFeatures: (request) => {
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

function connect(signedWith: string, url: string, answerBytes?: number): RemoteFeatures {
	const [key] = signingKeys([signedWith]);
	if (key === undefined) throw new Error("no key");
	return remoteFeatures("serving", `${url}/graphql`, requestSigner(key, { subgraph: "serving" }), answerBytes);
}

const read = (more: Partial<FeaturesRequest> = {}) =>
	remote.readFeatures({
		format: "json",
		body: Buffer.from('{"é":1}'),
		request: null,
		answer: "json",
		principal: alice,
		bypassCache: true,
		requestId: "r-1",
		signal: new AbortController().signal,
		...more,
	});

describe("features of another process", () => {
	it("are asked for as they were asked for here, and come back as they are", async () => {
		answer = async () => '{"é":2}';
		expect(Buffer.from((await read()) as Uint8Array).toString()).toBe('{"é":2}');
		expect(asked[0]).toMatchObject({
			format: "json",
			answer: "json",
			request: null,
			bypassCache: true,
			principal: alice,
		});
		expect(Buffer.from(asked[0]?.body ?? []).toString()).toBe('{"é":1}');

		answer = async () => Uint8Array.of(255, 0);
		const request = '{"select": {"features": ["a&b=c:é"]}}';
		const report = { bypassCache: false, reportsCache: true };
		const bytes = await read({ format: "arrow", answer: "arrow", body: Uint8Array.of(1), request, ...report });
		expect([...(bytes as Uint8Array)]).toEqual([255, 0]);
		expect(asked[1]).toMatchObject({ format: "arrow", answer: "arrow", request, ...report });
	});

	it("are not read to their end where they are longer than an answer can be", async () => {
		const bounded = connect(secret, app.listeningOrigin, 100);
		const ask = () =>
			bounded.readFeatures({
				format: "json",
				body: Buffer.from("{}"),
				request: null,
				answer: "json",
				principal: alice,
				bypassCache: false,
				requestId: "r",
				signal: new AbortController().signal,
			});
		answer = async () => "x".repeat(100);
		expect(await ask()).toHaveLength(100);
		answer = async () => "x".repeat(1_000_000);
		asked.length = 0;
		await expect(ask()).rejects.toMatchObject({
			code: "SUBGRAPH_UNAVAILABLE",
			message: "The subgraph `serving` answers with more than 100 bytes.",
		});
		// It would be as long if it were asked for again.
		expect(asked).toHaveLength(1);
		await bounded.close();
	});

	it("are refused with the reason of that process", async () => {
		answer = async () => {
			throw new FeaturegraphError("UNKNOWN_VIEW", "There is no view.", { name: "v", nearest: ["w"] });
		};
		await expect(read()).rejects.toMatchObject({
			code: "UNKNOWN_VIEW",
			message: "There is no view.",
			details: { name: "v", nearest: ["w"] },
		});
	});

	it("are refused to who has not signed with the secret", async () => {
		answer = async () => "{}";
		const stranger = connect("x".repeat(32), app.listeningOrigin);
		const request = { ...(asked[0] as FeaturesRequest), format: "json", answer: "json", request: null } as const;
		await expect(
			stranger.readFeatures({
				...request,
				body: Buffer.from("{}"),
				principal: alice,
				bypassCache: false,
				requestId: "r",
				signal: new AbortController().signal,
			}),
		).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
		await stranger.close();
		expect(asked).toEqual([]);
	});

	it("are unavailable where that process is not there", async () => {
		await app.close();
		await expect(read()).rejects.toMatchObject({ code: "SUBGRAPH_UNAVAILABLE" });
	});
});
