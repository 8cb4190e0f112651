/** Our types as columns of PostgreSQL, and their values as its text: exact both ways. */
import { InvalidValue } from "../../core/values/invalid-value.ts";
import type { ScalarType, ValueType } from "../../core/values/type.ts";
import type { ScalarValue, Value } from "../../core/values/value.ts";
import { formatArrayText, formatPlainArrayText, parseArrayText } from "./array-text.ts";
import {
	firstDay,
	firstMicros,
	formatDateText,
	formatTimestampText,
	lastDay,
	lastMicros,
	parseDateText,
	parseTimestampText,
} from "./time-text.ts";

const scalarColumns: Record<ScalarType, string> = {
	BOOL: "boolean",
	INT32: "integer",
	INT64: "bigint",
	FLOAT32: "real",
	FLOAT64: "double precision",
	STRING: "text",
	BYTES: "bytea",
	TIMESTAMP: "timestamp with time zone",
	DATE: "date",
	// The canonical text as it is: jsonb would drop what it holds twice and change its numbers.
	JSON: "text",
};

/** The type in a cast or a parameter: `double precision[]`. As `format_type` spells it. */
export const columnType = ({ scalar, isArray }: ValueType): string => scalarColumns[scalar] + (isArray ? "[]" : "");

/** The type in CREATE TABLE: text is ordered by its bytes. */
export function columnDefinition(type: ValueType): string {
	const isText = scalarColumns[type.scalar] === "text";
	return columnType(type) + (isText ? ' COLLATE "C"' : "");
}

type EncodeScalar = (value: ScalarValue) => string | undefined;

const finiteOrNamed = (value: ScalarValue): string => (Object.is(value, -0) ? "-0" : String(value));
const within =
	<T extends number | bigint>(first: T, last: T, format: (value: T) => string) =>
	(value: ScalarValue): string | undefined =>
		(value as T) < first || (value as T) > last ? undefined : format(value as T);

const encoders: Record<ScalarType, EncodeScalar> = {
	BOOL: (value) => (value === true ? "t" : "f"),
	INT32: String,
	INT64: String,
	FLOAT32: finiteOrNamed,
	FLOAT64: finiteOrNamed,
	STRING: (value) => encodeString(value as string),
	BYTES: (value) => `\\x${Buffer.from(value as Uint8Array).toString("hex")}`,
	TIMESTAMP: within<bigint>(firstMicros, lastMicros, formatTimestampText),
	DATE: within<number>(firstDay, lastDay, formatDateText),
	JSON: (value) => encodeString(value as string),
};

const unfit: Partial<Record<ScalarType, string>> = {
	STRING: "PostgreSQL stores neither U+0000 nor half of a surrogate pair",
	JSON: "PostgreSQL stores neither U+0000 nor half of a surrogate pair",
	TIMESTAMP: "PostgreSQL knows no time before 4713 BC",
	DATE: "PostgreSQL knows no day before 4713 BC",
};

const encodeString = (value: string): string | undefined =>
	value.includes("\0") || !value.isWellFormed() ? undefined : value;

/** Makes PostgreSQL's text of values of a type; an `InvalidValue` where it cannot hold one exactly. Null stays null. */
export function textEncoder(type: ValueType): (value: Value) => string | null | InvalidValue {
	const encode = encoders[type.scalar];
	const invalid = (value: Value): InvalidValue => new InvalidValue(value, type, unfit[type.scalar] ?? "out of range");
	if (!type.isArray) {
		return (value) => (value === null ? null : (encode(value as ScalarValue) ?? invalid(value)));
	}
	return (value) => {
		if (value === null) return null;
		const texts: (string | null)[] = [];
		for (const element of value as readonly (ScalarValue | null)[]) {
			const text = element === null ? null : encode(element);
			if (text === undefined) return invalid(element);
			texts.push(text);
		}
		return formatArrayText(texts);
	};
}

const decoders: Record<ScalarType, (text: string) => ScalarValue> = {
	BOOL: (text) => text === "t",
	INT32: Number,
	INT64: BigInt,
	FLOAT32: (text) => Math.fround(Number(text)),
	FLOAT64: Number,
	STRING: (text) => text,
	BYTES: (text) => new Uint8Array(Buffer.from(text.slice(2), "hex")),
	TIMESTAMP: (text) => known(parseTimestampText(text), text),
	DATE: (text) => known(parseDateText(text), text),
	JSON: (text) => text,
};

function known<T>(value: T | undefined, text: string): T {
	if (value === undefined) throw new RangeError(`"${text}" is not a finite time`);
	return value;
}

/** Reads PostgreSQL's text of a column of `columnType(type)`. Throws RangeError for infinite times. */
export function textDecoder(type: ValueType): (text: string | null) => Value {
	const decode = decoders[type.scalar];
	if (!type.isArray) return (text) => (text === null ? null : decode(text));
	return (text) =>
		text === null ? null : parseArrayText(text).map((element) => (element === null ? null : decode(element)));
}

const plainScalars: ReadonlySet<ScalarType> = new Set(["BOOL", "INT32", "INT64", "FLOAT32", "FLOAT64"]);

/** A whole column in one parameter of `columnArrayType(type)`, from texts of `textEncoder(type)`. */
export const columnArrayText = (type: ValueType, texts: readonly (string | null)[]): string =>
	!type.isArray && plainScalars.has(type.scalar) ? formatPlainArrayText(texts) : formatArrayText(texts);

/** Arrays cannot hold arrays of different lengths: such columns travel as text, to be cast element by element. */
export const columnArrayType = (type: ValueType): string => (type.isArray ? "text[]" : `${columnType(type)}[]`);

/** For `types` of a query of `pg`: every value as PostgreSQL's text, for `textDecoder`. */
export const asText = { getTypeParser: () => (text: string) => text };
