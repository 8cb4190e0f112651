import { randomUUID } from "node:crypto";
import { OperationTypeNode, parse } from "graphql";
import type { Principal } from "../../core/ports/principal.ts";
import type { SubgraphExecutor, SubgraphOperation } from "../../core/ports/subgraph.ts";

/** Who asks where no client does. It may do nothing. */
const gatewayPrincipal: Principal = { id: "system:gateway", permissions: new Set(), projects: new Set() };

const text = "{ _service { sdl } }";
const operation: SubgraphOperation = { kind: OperationTypeNode.QUERY, document: parse(text), text, name: null };

/** Asks a subgraph for its SDL, with all that protects us from its answers. */
export async function askServiceSdl(subgraph: SubgraphExecutor, signal: AbortSignal): Promise<string> {
	const context = { requestId: randomUUID(), principal: gatewayPrincipal, scope: {}, signal };
	const { data, errors } = await subgraph.execute({ operation, variables: {}, context });
	const service = data?.["_service"];
	const sdl = typeof service === "object" && service !== null && "sdl" in service ? service.sdl : null;
	if (typeof sdl === "string") return sdl;
	throw new Error(errors?.[0]?.message ?? "`_service { sdl }` gave no SDL");
}
