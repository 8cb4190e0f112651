import Fastify, { type FastifyInstance } from "fastify";
import { OperationTypeNode, parse } from "graphql";
import { Registry } from "prom-client";
import { afterEach, describe, expect, it } from "vitest";
import { apolloHost } from "../../../app/hosts/apollo-host.ts";
import { graphqlRoute } from "../../../app/hosts/graphql-route.ts";
import { HeldSchemas } from "../../../app/hosts/held-schemas.ts";
import { createMeasure } from "../../../app/hosts/measure.ts";
import { mercuriusHost } from "../../../app/hosts/mercurius-host.ts";
import type { OpenSchemaHost } from "../../../app/hosts/schema-host.ts";
import { verifyWith } from "../../../app/hosts/signed-requests.ts";
import { signatureHeaders, signingKeys } from "../../../core/access/signed-request.ts";
import { sdlHash } from "../../../core/federation/sdl-hash.ts";
import { permissions } from "../../../core/ports/principal.ts";
import type { OperationContext } from "../../../core/ports/subgraph.ts";
import { httpErrorHandler } from "../../../gateway/http/http-errors.ts";
import { requestSigner } from "../../../gateway/transport/http/request-signer.ts";
import { inProcessSubgraph, type LoadedSubgraph } from "../../../gateway/transport/in-process.ts";
import { registrySubgraph, servingSubgraph, World } from "../../gateway/support/subgraphs.ts";
import { silentLogger } from "../../support/silent-logger.ts";

const secret = "of-the-test-0123456789-0123456789";
const [key] = signingKeys([secret]);
if (key === undefined) throw new Error("no key");
const sign = requestSigner(key, { subgraph: "registry" });
const ada = { id: "token:ada", permissions: new Set(permissions), projects: null };

interface Answer {
	readonly status: number;
	readonly graph: string;
	readonly data?: Record<string, unknown> | null;
	readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

const opened: FastifyInstance[] = [];
afterEach(async () => {
	await Promise.all(opened.splice(0).map((app) => app.close()));
});

/** A subgraph on this host; `now.loaded` is what it is. */
async function hosted(open: OpenSchemaHost, loaded: LoadedSubgraph) {
	const now = { loaded };
	const schemas = new HeldSchemas({ name: "registry", load: async () => now.loaded, open, logger: silentLogger });
	const app = Fastify({ genReqId: () => "request-1" });
	opened.push(app);
	app.setErrorHandler(httpErrorHandler(silentLogger));
	await app.register(graphqlRoute, {
		schemas,
		verify: verifyWith([secret], "registry"),
		logger: silentLogger,
		measure: createMeasure(new Registry(), "registry"),
		shutdown: new AbortController().signal,
	});
	const send = async (payload: string, headers: Record<string, string>): Promise<Answer> => {
		const response = await app.inject({
			method: "POST",
			url: "/graphql",
			payload,
			headers: { "content-type": "application/json", ...headers },
		});
		const graph = String(response.headers[signatureHeaders.graph]);
		return { status: response.statusCode, graph, ...response.json<Omit<Answer, "status" | "graph">>() };
	};
	const signed = (payload: string, graph = "") =>
		Object.fromEntries(sign({ method: "POST", path: "/graphql", body: payload, graph, principal: ada }));
	const ask = (query: string, variables: object = {}, graph = "") => {
		const payload = JSON.stringify({ query, variables });
		return send(payload, signed(payload, graph));
	};
	return { now, schemas, app, send, signed, ask };
}

describe.each([
	["Apollo Server", apolloHost],
	["Mercurius", mercuriusHost],
] as const)("a subgraph on %s", (_, open) => {
	it("answers what a gateway signed, to whom it says, once", async () => {
		const { ask, send, signed } = await hosted(open, registrySubgraph());
		expect(await ask("{ whoAmI }")).toMatchObject({ status: 200, data: { whoAmI: "token:ada" } });
		const payload = JSON.stringify({ query: "{ whoAmI }" });
		const headers = signed(payload);
		expect((await send(payload, headers)).status).toBe(200);
		const refused = [
			send(payload, {}),
			send(payload, headers),
			send(JSON.stringify({ query: "{ things { id } }" }), signed(payload)),
			send(payload, { ...signed(payload), [signatureHeaders.principal]: "eyJpZCI6InJvb3QifQ" }),
		];
		for (const answer of await Promise.all(refused)) {
			expect(answer).toMatchObject({ status: 401, errors: [{ extensions: { code: "UNAUTHENTICATED" } }] });
		}
	});

	it("tells its SDL as it was written, resolves entities, and does not introspect", async () => {
		const loaded = registrySubgraph();
		const { ask } = await hosted(open, loaded);
		expect((await ask("{ _service { sdl } }")).data).toEqual({ _service: { sdl: loaded.sdl } });
		const entities = await ask("query ($of: [_Any!]!) { _entities(representations: $of) { ... on Thing { name } } }", {
			of: [{ __typename: "Thing", id: "2" }],
		});
		expect(entities.data).toEqual({ _entities: [{ name: "two" }] });
		expect(await ask("{ __schema { types { name } } }")).toMatchObject({
			status: 400,
			errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }],
		});
		expect((await ask("{ nonsense")).errors?.[0]?.extensions["code"]).toBe("GRAPHQL_PARSE_FAILED");
	});

	it.each([
		["{ whoAmI unknownView }", {}],
		["{ several }", {}],
		["{ internal coded }", {}],
		["{ mustBe }", {}],
		["query ($n: Int64!) { exactly(n: $n) }", { n: "x" }],
		["query ($by: Choice!) { choose(by: $by) }", { by: { a: 1, b: 2 } }],
		["query ($of: String) { message(of: $of) }", { of: 3 }],
		["{ things { id name } }", {}],
	])("answers %s as it does in process, however often it comes", async (query, variables) => {
		const { ask } = await hosted(open, registrySubgraph());
		const operation = { kind: OperationTypeNode.QUERY, document: parse(query), text: query, name: null };
		const context = { requestId: "request-1", principal: ada, scope: {}, signal: new AbortController().signal };
		const expected = await inProcessSubgraph("registry", registrySubgraph, silentLogger).execute({
			operation,
			variables,
			context,
		});
		const { data, errors } = JSON.parse(JSON.stringify(expected)) as Pick<Answer, "data" | "errors">;
		for (let times = 0; times < 5; times++) {
			const answer = await ask(query, variables);
			expect(answer.data).toEqual(data);
			expect(answer.errors?.map(withoutPlaces)).toEqual(errors?.map(withoutPlaces));
			await new Promise((resolve) => setImmediate(resolve));
		}
	});

	it("reports the use of the cache where the gateway passes on that it was asked", async () => {
		const loaded = registrySubgraph();
		const field = loaded.schema.getQueryType()?.getFields()["whoAmI"];
		if (field === undefined) throw new Error("no field");
		field.resolve = (_source, _args, { cacheUses }: OperationContext) => {
			cacheUses?.push({ cacheHits: 2, cacheMisses: 1 });
			return "nobody";
		};
		const { send, signed } = await hosted(open, loaded);
		const payload = JSON.stringify({ query: "{ a: whoAmI b: whoAmI }" });
		const data = { a: "nobody", b: "nobody" };
		const answer = await send(payload, { ...signed(payload), "featuregraph-cache": "report" });
		expect(answer).toMatchObject({ data, extensions: { cache: { hits: 4, misses: 2 } } });
		expect(await send(payload, signed(payload))).not.toHaveProperty("extensions");
	});

	it("loads in batches, afresh for each field of a mutation", async () => {
		const world = new World();
		const { ask } = await hosted(open, servingSubgraph(world));
		const representations = ["1", "2"].map((id) => ({ __typename: "Thing", id }));
		await ask("query ($of: [_Any!]!) { _entities(representations: $of) { ... on Thing { value } } }", {
			of: representations,
		});
		expect(world.batches).toEqual([["1", "2"]]);
		const written = await ask(
			'mutation { a: write(id: "1", value: 11) { value } b: write(id: "1", value: 12) { value } c: fail(id: "2") { id } }',
		);
		expect(written.data).toEqual({ a: { value: 11 }, b: { value: 12 }, c: null });
		expect(written.errors).toMatchObject([{ path: ["c"], extensions: { code: "CONFLICT", name: "2" } }]);
	});

	it("holds the schemas before the latest, and says which the latest is", async () => {
		const generations = ["", "b: Int", "c: Int", "d: Int"].map((field) => registrySubgraph(field));
		const [first, ...later] = generations;
		if (first === undefined) throw new Error("no generation");
		const { now, ask, schemas } = await hosted(open, first);
		const hashes = generations.map(({ sdl }) => sdlHash(sdl));
		const [a = "", b = "", c = "", d = ""] = hashes;
		expect((await ask("{ whoAmI }", {}, a)).graph).toBe(a);
		for (const loaded of later) {
			now.loaded = loaded;
			await schemas.refresh();
		}
		// One who asks by a schema that is not held yet has it looked for.
		now.loaded = registrySubgraph("e: Int");
		const e = sdlHash(now.loaded.sdl);
		expect(await ask("{ things { e } }", {}, e)).toMatchObject({ status: 200, graph: e });
		expect(await ask("{ things { d } }", {}, d)).toMatchObject({ status: 200, graph: e });
		expect(await ask("{ things { c } }", {}, c)).toMatchObject({ status: 200, graph: e });
		// What is held no longer gives way to the latest, where that has the fields.
		expect(await ask("{ things { name } }", {}, b)).toMatchObject({ status: 200, graph: e });
		expect(await ask("{ things { b } }", {}, b)).toMatchObject({
			status: 409,
			graph: e,
			errors: [{ extensions: { code: "GRAPH_OUT_OF_DATE" } }],
		});
	});
});

const withoutPlaces = (error: object) => ({ ...error, locations: undefined });
