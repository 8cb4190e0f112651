import { type ExecutionResult, type OperationTypeNode, parse } from "graphql";
import { type Principal, permissions } from "../../../../../core/ports/principal.ts";
import type { OperationContext, SubgraphExecutor, SubgraphRequest } from "../../../../../core/ports/subgraph.ts";
import {
	type HttpSubgraph,
	type HttpSubgraphOptions,
	httpSubgraph,
} from "../../../../../gateway/transport/http/http-subgraph.ts";
import { type Logged, recordingLogger } from "../../../support/gateway.ts";

export const principalNamed = (id: string): Principal => ({ id, permissions: new Set(permissions), projects: null });

export function contextOf(changes: Partial<OperationContext> = {}): OperationContext {
	return {
		requestId: "request-1",
		principal: principalNamed("ada"),
		scope: {},
		signal: new AbortController().signal,
		...changes,
	};
}

export function requestOf(
	text = "{ field }",
	{ context, variables = {} }: { readonly context?: Partial<OperationContext>; readonly variables?: object } = {},
): SubgraphRequest {
	const kind = (/^(mutation|subscription)/.exec(text)?.[1] ?? "query") as OperationTypeNode;
	const document = parse(text);
	return {
		operation: { kind, document, text, name: null },
		variables: { ...variables },
		context: contextOf(context),
	};
}

export interface Refusal {
	readonly code: string;
	readonly message: string;
	readonly details: { readonly name?: string };
}

/** The error that asking ends in. */
export async function refusalOf(subgraph: SubgraphExecutor, request = requestOf()): Promise<Refusal> {
	const answer: ExecutionResult | Refusal = await subgraph.execute(request).catch((error: unknown) => error as Refusal);
	if ("code" in answer) return answer;
	throw new Error(`It answered: ${JSON.stringify(answer)}`);
}

/** The subgraph `things` at this URL, and what it logged. */
export function subgraphAt(
	url: string,
	options: Partial<HttpSubgraphOptions> = {},
): { readonly subgraph: HttpSubgraph; readonly logs: Logged[] } {
	const logs: Logged[] = [];
	const sdl = async () => "type Query { field: String }";
	return { subgraph: httpSubgraph({ name: "things", url, sdl, logger: recordingLogger(logs), ...options }), logs };
}
