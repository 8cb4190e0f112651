import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";
import { onTestFinished } from "vitest";
import type { GatewayOptions } from "../../../gateway/gateway.ts";
import { inProcessSubgraph } from "../../../gateway/transport/in-process.ts";
import { type Running, recordingLogger, startGateway } from "../support/gateway.ts";

type Resolvers = Record<string, Record<string, unknown>>;

export interface SubgraphUnderTest {
	readonly sdl: string;
	readonly resolvers: Resolvers;
	/** By default 2. */
	readonly federation?: 1 | 2;
}

export interface Federated extends Running {
	/** What each subgraph was asked since the last look, `name: text`. */
	asked(): string[];
}

const link =
	'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@requires", ' +
	'"@provides", "@external", "@override", "@inaccessible", "@interfaceObject", "@tag", "@authenticated", ' +
	'"@requiresScopes", "@policy", "@composeDirective"])\n';

/** A gateway over these subgraphs, for one test, through the whole of its pipeline. */
export async function federated(
	subgraphs: Readonly<Record<string, SubgraphUnderTest>>,
	options: Partial<GatewayOptions> = {},
): Promise<Federated> {
	const asked: string[] = [];
	const logger = recordingLogger([]);
	const executors = await Promise.all(
		Object.entries(subgraphs).map(async ([name, { sdl, resolvers, federation }]) => {
			const full = federation === 1 ? sdl : link + sdl;
			const schema = buildSubgraphSchema([{ typeDefs: parse(full), resolvers: resolvers as never }]);
			const subgraph = inProcessSubgraph(name, () => ({ sdl: full, schema }), logger);
			const held = (await subgraph.snapshot?.()) ?? subgraph;
			return {
				...held,
				execute: (request: Parameters<typeof held.execute>[0]) => {
					asked.push(`${name}: ${request.operation.text.replaceAll(/\s+/g, " ")}`);
					return held.execute(request);
				},
			};
		}),
	);
	const running = await startGateway({ subgraphs: executors, ...options });
	onTestFinished(() => running.gateway.close());
	return { ...running, asked: () => asked.splice(0) };
}
