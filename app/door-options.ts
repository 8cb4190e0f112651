import { readFile } from "node:fs/promises";
import { FeaturegraphError } from "../core/errors/featuregraph-error.ts";
import { readTrustedDocuments } from "../gateway/admit/trusted-documents.ts";
import type { GatewayOptions } from "../gateway/gateway.ts";
import type { Configuration } from "./configuration/configuration.ts";

export type DoorConfiguration = Pick<
	Configuration,
	"accessTokens" | "introspection" | "overrideLabels" | "trustedDocuments" | "trustedOnly" | "gatewayLimits"
>;
type DoorOptions = Pick<
	GatewayOptions,
	"introspection" | "overrideLabels" | "trustedDocuments" | "trustedOnly" | "limits"
>;

/** What the gateway lets in and how it plans it, as it is configured. Throws CONFIGURATION_INVALID for a manifest that cannot be read. */
export async function doorOptions(configuration: DoorConfiguration): Promise<DoorOptions> {
	const { accessTokens, introspection, overrideLabels, trustedDocuments: file } = configuration;
	const { trustedOnly, gatewayLimits } = configuration;
	return {
		introspection: introspection ?? (accessTokens.length === 0 ? "all" : "authenticated"),
		overrideLabels,
		trustedOnly,
		limits: gatewayLimits,
		...(file === null ? {} : { trustedDocuments: readTrustedDocuments(await contentOf(file), file) }),
	};
}

async function contentOf(file: string): Promise<string> {
	try {
		return await readFile(file, "utf8");
	} catch (error) {
		throw new FeaturegraphError(
			"CONFIGURATION_INVALID",
			`The manifest of trusted documents ${file} cannot be read.`,
			{ name: "FEATUREGRAPH_TRUSTED_DOCUMENTS", hint: "Name a file that is there." },
			{ cause: error },
		);
	}
}
