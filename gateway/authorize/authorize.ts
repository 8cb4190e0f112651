import { GraphQLError } from "graphql";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { Authenticate } from "../../core/ports/subgraph.ts";
import { RequestError } from "../admit/request-error.ts";

/** Who sends this request. A credential that does not hold is a RequestError; other failures pass as they are. */
export async function authorize(authenticate: Authenticate, authorization: string | null): Promise<Principal> {
	try {
		return await authenticate({ authorization });
	} catch (error) {
		if (!(error instanceof FeaturegraphError)) throw error;
		const { hint } = error.details;
		throw new RequestError(error.code, [
			new GraphQLError(error.message, hint === undefined ? {} : { extensions: { hint } }),
		]);
	}
}
