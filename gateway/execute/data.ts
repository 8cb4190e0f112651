import { FieldFailure } from "./field-failure.ts";

/** An object of the merged data, or of a subgraph's answer, by response key. */
export type Data = Record<string, unknown>;

/** An object that fields can be read from: no list, no failure, nothing else that a hostile answer may hold. */
export function isData(value: unknown): value is Data {
	return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof FieldFailure);
}
