import {
	GraphQLBoolean,
	GraphQLFloat,
	GraphQLID,
	GraphQLInt,
	type GraphQLLeafType,
	GraphQLString,
	isSpecifiedScalarType,
} from "graphql";
import { Deoptimization } from "./deoptimization.ts";
import { abandon, isThenable } from "./guarded-value.ts";

/**
 * Serializes a leaf as graphql-js does. What it throws reaches the result as a SerializationError's
 * message: graphql-jit keeps no more of it.
 */
export function leafSerializer(type: GraphQLLeafType): (value: unknown) => unknown {
	const passes = isSpecifiedScalarType(type) ? ownValues.get(type.name) : undefined;
	return (value) => {
		if (passes?.(value) === true) return value;
		try {
			// Of a property, not of a resolver: graphql-js would call it, or wait for it.
			if (isThenable(value)) abandon(value);
			if (typeof value === "function" || isThenable(value)) throw new Deoptimization();
			const serialized = type.serialize(value);
			// An error to graphql-js, or (NaN) none where graphql-jit has one.
			if (serialized === null || serialized === undefined || Number.isNaN(serialized)) throw new Deoptimization();
			return serialized;
		} catch (error) {
			throw new SerializationError(error instanceof Error ? error : new Deoptimization());
		}
	};
}

/** Carries an error in the place where graphql-jit looks for a text. */
class SerializationError extends Error {
	constructor(cause: Error) {
		super();
		Object.defineProperty(this, "message", { value: cause });
	}
}

/** Values of the specified scalars that they serialize as themselves. */
const ownValues: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
	[GraphQLString.name, (value: unknown) => typeof value === "string"],
	[GraphQLID.name, (value: unknown) => typeof value === "string"],
	[GraphQLBoolean.name, (value: unknown) => typeof value === "boolean"],
	[GraphQLFloat.name, (value: unknown) => Number.isFinite(value)],
	[GraphQLInt.name, (value: unknown) => typeof value === "number" && (value | 0) === value],
]);
