import { type ErrorCode, errorCatalogue } from "../../core/errors/catalogue.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";

/** An answer of another process of ours beside GraphQL, where it refuses. */
export interface RefusalAnswer {
	readonly errors?: readonly {
		readonly message: string;
		readonly extensions: {
			readonly code: string;
			readonly name?: string;
			readonly nearest?: readonly string[];
			readonly hint?: string;
		};
	}[];
}

/** What the subgraph refused, as the client is to learn it; null where it is not told. */
export function refusalOf(answer: RefusalAnswer | null): FeaturegraphError | null {
	const [error] = answer?.errors ?? [];
	if (error === undefined || !isCode(error.extensions.code)) return null;
	const { code, name, nearest, hint } = error.extensions;
	return new FeaturegraphError(code, error.message, {
		...(name === undefined ? {} : { name }),
		...(nearest === undefined ? {} : { nearest }),
		...(hint === undefined ? {} : { hint }),
	});
}

const isCode = (code: string): code is ErrorCode => Object.hasOwn(errorCatalogue, code);
