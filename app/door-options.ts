import type { GatewayOptions } from "../gateway/gateway.ts";
import type { Configuration } from "./configuration/configuration.ts";
import { trustedDocumentsOf } from "./trusted-documents.ts";

export type DoorConfiguration = Pick<
	Configuration,
	"accessTokens" | "introspection" | "explain" | "overrideLabels" | "trustedDocuments" | "trustedOnly" | "gatewayLimits"
>;
type DoorOptions = Pick<
	GatewayOptions,
	"introspection" | "explain" | "overrideLabels" | "trustedDocuments" | "trustedOnly" | "limits"
>;

/** What the gateway lets in and how it plans it, as it is configured. Throws CONFIGURATION_INVALID for a manifest that cannot be read. */
export async function doorOptions(configuration: DoorConfiguration): Promise<DoorOptions> {
	const { accessTokens, introspection, explain, overrideLabels, trustedOnly, gatewayLimits } = configuration;
	const trustedDocuments = await trustedDocumentsOf(configuration);
	return {
		introspection: introspection ?? (accessTokens.length === 0 ? "all" : "authenticated"),
		...(explain === null ? {} : { explain: explain === "nobody" ? null : explain }),
		overrideLabels,
		trustedOnly,
		limits: gatewayLimits,
		...(trustedDocuments === null ? {} : { trustedDocuments }),
	};
}
