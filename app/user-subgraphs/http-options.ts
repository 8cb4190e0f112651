import { signingKeys } from "../../core/access/signed-request.ts";
import type { HttpSubgraphOptions } from "../../gateway/transport/http/http-subgraph.ts";
import { requestSigner } from "../../gateway/transport/http/request-signer.ts";
import type { UserSubgraph } from "../configuration/user-subgraph.ts";

type ConfiguredOptions = Pick<
	HttpSubgraphOptions,
	"name" | "url" | "sign" | "passedHeaders" | "fixedHeaders" | "subscriptions" | "limits"
>;

/** How a subgraph is spoken to, as it is configured. */
export function httpOptionsOf(subgraph: UserSubgraph): ConfiguredOptions {
	const { name, url, secret, headers, sendHeaders, subscriptions, subscriptionsUrl, timeoutMillis } = subgraph;
	const [key] = secret === null ? [] : signingKeys([secret]);
	return {
		name,
		url,
		sign: key === undefined ? null : requestSigner(key, { subgraph: name }),
		passedHeaders: headers,
		fixedHeaders: sendHeaders,
		subscriptions: subscriptions === "none" ? null : { protocol: subscriptions, url: subscriptionsUrl ?? url },
		limits: { requestMillis: timeoutMillis },
	};
}
