import { compileFunction } from "node:vm";

/** Values that generated code uses, by the name that it knows them under. */
export type Surroundings = Readonly<Record<string, unknown>>;

/**
 * The function that a body of generated code returns. What comes from a schema, a document or a plan must stand in the
 * code as `literal` writes it, and nowhere else (decision 0012).
 */
export function generatedFunction(body: string, surroundings: Surroundings): unknown {
	const make = compileFunction(`"use strict";\n${body}`, Object.keys(surroundings)) as (
		...values: unknown[]
	) => unknown;
	return make(...Object.values(surroundings));
}

/** A text as a literal of generated code, whatever is in it. */
export const literal = (text: string): string => JSON.stringify(text);
