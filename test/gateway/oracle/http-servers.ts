import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { execute, parse } from "graphql";
import { createHandler } from "graphql-sse/lib/use/http";
import type { Logger } from "../../../core/ports/logger.ts";
import type { SubgraphExecutor } from "../../../core/ports/subgraph.ts";
import { httpSubgraph } from "../../../gateway/transport/http/http-subgraph.ts";
import type { WorldGraph } from "./graph.ts";
import { failOverHttp, isHit } from "./outage.ts";

/** Subgraphs over HTTP: one server that answers for whichever world is there, each subgraph at a path of its own. */
export interface HttpServers {
	executors(graph: WorldGraph): readonly SubgraphExecutor[];
	close(): Promise<void>;
}

export async function startHttpServers(names: readonly string[], logger: Logger): Promise<HttpServers> {
	let served: WorldGraph | null = null;
	const server = createServer((request, response) => {
		const answer = async () => {
			const subgraph = served?.subgraphs.find(({ name }) => request.url === `/${name}`);
			if (served === null || subgraph === undefined) throw new Error(`No subgraph at ${request.url ?? ""}`);
			const { schema, name } = subgraph;
			if (request.headers.accept?.includes("text/event-stream") === true) {
				await createHandler({ schema })(request, response);
				return;
			}
			const { query, variables } = JSON.parse(await text(request)) as { query: string; variables?: object };
			if (isHit(served.world, name, query)) {
				failOverHttp(served.world, response);
				return;
			}
			const result = await execute({ schema, document: parse(query), variableValues: { ...variables } });
			response.setHeader("content-type", "application/graphql-response+json");
			response.end(JSON.stringify(result));
		};
		answer().catch((error: unknown) => {
			response.statusCode = 500;
			response.end(String(error));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	const clients = names.map((name) =>
		httpSubgraph({
			name,
			url: `http://127.0.0.1:${port}/${name}`,
			sdl: async () => "",
			logger,
			// One client outlives many worlds, in most of which its subgraph answers.
			limits: { failuresToOpen: Number.MAX_SAFE_INTEGER, retryMillis: 1 },
		}),
	);
	return {
		executors(graph) {
			const { subgraphs } = graph;
			served = graph;
			return subgraphs.map(({ name, sdl }) => {
				const client = clients.find((candidate) => candidate.name === name);
				if (client === undefined) throw new Error(`No client for ${name}`);
				return client.at(sdl);
			});
		},
		async close() {
			await Promise.all(clients.map((client) => client.close()));
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
