/** The types that a join key, a feature or a column can have, as GraphQL spells them. */
export const scalarTypes = [
	"BOOL",
	"INT32",
	"INT64",
	"FLOAT32",
	"FLOAT64",
	"STRING",
	"BYTES",
	"TIMESTAMP",
	"DATE",
	"JSON",
] as const;

export type ScalarType = (typeof scalarTypes)[number];

/** A scalar, or an array of one. Arrays of JSON do not exist: JSON holds arrays of its own. */
export interface ValueType {
	readonly scalar: ScalarType;
	readonly isArray: boolean;
}

/** A named column of a relation, a frame or a row. */
export interface Column {
	readonly name: string;
	readonly type: ValueType;
}

export const scalar = (type: ScalarType): ValueType => ({ scalar: type, isArray: false });
export const arrayOf = (type: Exclude<ScalarType, "JSON">): ValueType => ({ scalar: type, isArray: true });

const arraySpelling = /^array<\s*([a-z0-9]+)\s*>$/;

/** Reads a type as definitions spell it: `int64`, `array<string>`. Undefined when it is none. */
export function parseValueType(text: string): ValueType | undefined {
	const element = arraySpelling.exec(text)?.[1];
	const name = (element ?? text).toUpperCase();
	const type = scalarTypes.find((candidate) => candidate === name);
	if (type === undefined || name.toLowerCase() !== (element ?? text)) return undefined;
	if (element !== undefined && type === "JSON") return undefined;
	return { scalar: type, isArray: element !== undefined };
}

/** Writes a type as definitions spell it. */
export function formatValueType({ scalar: type, isArray }: ValueType): string {
	return isArray ? `array<${type.toLowerCase()}>` : type.toLowerCase();
}

export const sameType = (a: ValueType, b: ValueType): boolean => a.scalar === b.scalar && a.isArray === b.isArray;
