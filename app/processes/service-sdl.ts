import { request } from "undici";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RequestSigner } from "../../gateway/transport/http/request-signer.ts";

/** Who asks where no client does: the gateway itself, for what every gateway may know. */
export const gatewayPrincipal: Principal = { id: "system:gateway", permissions: new Set(), projects: new Set() };

const body = JSON.stringify({ query: "{ _service { sdl } }" });
/** An apply waits for it. */
const answerMillis = 3_000;

/** Asks a subgraph of ours for its SDL as it is now: by no schema in particular, which has it look for changes first. */
export function serviceSdl(name: string, url: string, sign: RequestSigner): () => Promise<string> {
	const { pathname, search } = new URL(url);
	const path = pathname + search;
	return async () => {
		const signed = sign({ method: "POST", path, body, graph: "", principal: gatewayPrincipal });
		let answer: unknown;
		try {
			const response = await request(url, {
				method: "POST",
				headers: { "content-type": "application/json", ...Object.fromEntries(signed) },
				body,
				signal: AbortSignal.timeout(answerMillis),
			});
			answer = await response.body.json();
		} catch (error) {
			throw unavailable(name, "does not answer", error);
		}
		const { data, errors } = answer as {
			readonly data?: { readonly _service?: { readonly sdl?: unknown } };
			readonly errors?: readonly { readonly message: string }[];
		};
		const sdl = data?._service?.sdl;
		if (typeof sdl === "string") return sdl;
		throw unavailable(name, `does not tell its schema: ${errors?.[0]?.message ?? "the answer is none of ours"}`);
	};
}

const unavailable = (name: string, what: string, cause?: unknown): FeaturegraphError =>
	new FeaturegraphError("SUBGRAPH_UNAVAILABLE", `The subgraph \`${name}\` ${what}.`, { name }, { cause });
