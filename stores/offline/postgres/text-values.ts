/** Plain values as PostgreSQL's text, both ways: exact for every type, the same for parameters and results. */
import { canonicalJsonText } from "../../../core/values/canonical-json.ts";
import type { ScalarType, ValueType } from "../../../core/values/type.ts";
import type { ScalarValue, Value } from "../../../core/values/value.ts";
import { formatArrayText, formatPlainArrayText, parseArrayText } from "../../postgres/array-text.ts";

/** The text that a cast to `plainType` reads. */
export function toText(value: Value, { scalar, isArray }: ValueType): string | null {
	if (value === null) return null;
	if (!isArray) return scalarText(value as ScalarValue, scalar);
	const elements = value as readonly (ScalarValue | null)[];
	return formatArrayText(elements.map((element) => (element === null ? null : scalarText(element, scalar))));
}

function scalarText(value: ScalarValue, scalar: ScalarType): string {
	if (scalar === "BYTES") return `\\x${Buffer.from(value as Uint8Array).toString("hex")}`;
	return Object.is(value, -0) ? "-0" : String(value);
}

const quoted = new Set<ScalarType>(["STRING", "BYTES", "JSON"]);

/** Values as the text of an array of their type; of arrays, as that of an array of texts. */
export function arrayText(values: readonly Value[], type: ValueType): string {
	const texts = values.map((value) => toText(value, type));
	return type.isArray || quoted.has(type.scalar) ? formatArrayText(texts) : formatPlainArrayText(texts);
}

/** Reads a result's text as a plain value. */
export function fromText({ scalar, isArray }: ValueType): (text: string | null) => Value {
	const decode = decoders[scalar];
	if (!isArray) return (text) => (text === null ? null : decode(text));
	return (text) =>
		text === null ? null : parseArrayText(text).map((element) => (element === null ? null : decode(element)));
}

const decoders: Record<ScalarType, (text: string) => ScalarValue> = {
	BOOL: (text) => text === "t",
	INT32: Number,
	INT64: BigInt,
	FLOAT32: (text) => Math.fround(Number(text)),
	FLOAT64: Number,
	STRING: (text) => text,
	BYTES: (text) => new Uint8Array(Buffer.from(text.slice(2), "hex")),
	TIMESTAMP: BigInt,
	DATE: Number,
	JSON: (text) => canonicalJsonText(text) ?? text,
};
