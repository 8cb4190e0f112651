import type { FastifyInstance } from "fastify";
import { FeaturegraphError } from "../core/errors/featuregraph-error.ts";

/** Begins to listen, and gives the address. A port that is taken is told as a setting. */
export async function listen(
	app: FastifyInstance,
	{ host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
	try {
		return await app.listen({ host, port });
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
			throw new FeaturegraphError(
				"CONFIGURATION_INVALID",
				`Something else listens on ${host}:${port} already.`,
				{ name: "PORT", hint: "End it, or set PORT to another one (0 takes a free one)." },
				{ cause: error },
			);
		}
		throw error;
	}
}
