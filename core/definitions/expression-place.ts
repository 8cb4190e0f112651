import type { FeaturegraphError } from "../errors/featuregraph-error.ts";
import type { DefinitionError, Place } from "./definition-error.ts";

/** What an expression is refused for, at the place where it stands. */
export function expressionError(error: FeaturegraphError, place: Place): DefinitionError {
	const { code, message, nearest, name, hint } = error.toUserError();
	return {
		code,
		message,
		nearest,
		...(name === undefined ? {} : { name }),
		...(hint === undefined ? {} : { hint }),
		...place,
	};
}
