/**
 * Types inside an expression, and how their values are held while it is evaluated:
 *
 * | kind      | held as                                  | from                |
 * |-----------|------------------------------------------|---------------------|
 * | bool      | boolean                                  | BOOL                |
 * | int       | bigint, kept within 64 bits              | INT32, INT64        |
 * | double    | number                                   | FLOAT32, FLOAT64    |
 * | string    | string                                   | STRING              |
 * | bytes     | Uint8Array                               | BYTES               |
 * | timestamp | bigint, microseconds since 1970          | TIMESTAMP           |
 * | duration  | bigint, microseconds                     | timestamp-timestamp |
 * | date      | number, days since 1970                  | DATE                |
 * | json      | what `parseExactJson` makes; typed when used  | JSON                |
 * | list      | array                                    | array<T>            |
 * | null      | null, as any other may be                | the literal         |
 */

import { parseExactJson } from "../values/canonical-json.ts";
import type { ScalarType, ValueType } from "../values/type.ts";
import type { Value } from "../values/value.ts";

export type ScalarKind =
	| "bool"
	| "int"
	| "double"
	| "string"
	| "bytes"
	| "timestamp"
	| "duration"
	| "date"
	| "json"
	| "null";

export type ExpressionType =
	| { readonly kind: ScalarKind }
	| { readonly kind: "list"; readonly element: ExpressionType };

/** A value while it is evaluated. */
export type Datum = unknown;

const kinds: Record<ScalarType, ScalarKind> = {
	BOOL: "bool",
	INT32: "int",
	INT64: "int",
	FLOAT32: "double",
	FLOAT64: "double",
	STRING: "string",
	BYTES: "bytes",
	TIMESTAMP: "timestamp",
	DATE: "date",
	JSON: "json",
};

export const expressionTypeOf = ({ scalar, isArray }: ValueType): ExpressionType =>
	isArray ? { kind: "list", element: { kind: kinds[scalar] } } : { kind: kinds[scalar] };

export const describeType = (type: ExpressionType): string =>
	type.kind === "list" ? `list<${describeType(type.element)}>` : type.kind;

export const sameExpressionType = (a: ExpressionType, b: ExpressionType): boolean =>
	a.kind === "list" && b.kind === "list" ? sameExpressionType(a.element, b.element) : a.kind === b.kind;

export const isNumeric = ({ kind }: ExpressionType): boolean => kind === "int" || kind === "double";

/** Turns a value of a column into one of the expression; the identity where they are held alike. */
export function operandConverter({ scalar, isArray }: ValueType): ((value: Value) => Datum) | null {
	if (scalar === "JSON") return (value) => (value === null ? null : parseExactJson(value as string));
	if (scalar !== "INT32") return null;
	const widen = (value: unknown): Datum => (value === null ? null : BigInt(value as number));
	return isArray ? (value) => (value === null ? null : (value as readonly unknown[]).map(widen)) : widen;
}
