import type { Logger } from "../core/ports/logger.ts";
import { createGateway, type Gateway, type GatewayOptions } from "../gateway/gateway.ts";
import { authenticateWith } from "../services/access/authenticate.ts";
import type { Configuration } from "./configuration/configuration.ts";

/** The gateway as it is configured, over these subgraphs: the same in a process of its own as with all the rest. */
export function openGateway(
	{ accessTokens, corsOrigins, host }: Configuration,
	parts: Pick<GatewayOptions, "subgraphs" | "files" | "ready" | "metrics">,
	logger: Logger,
): Promise<Gateway> {
	return createGateway({
		...parts,
		authenticate: authenticateWith(accessTokens),
		logger,
		corsOrigins,
		...(accessTokens.length === 0 ? { hosts: [host] } : {}),
	});
}
