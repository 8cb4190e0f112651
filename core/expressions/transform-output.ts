/** What a function of the operator's made, as a value of the feature's declared type. */
import { isDay } from "../time/date.ts";
import { isTimestamp } from "../time/timestamp.ts";
import { canonicalJson } from "../values/canonical-json.ts";
import { formatValueType, type ScalarType, type ValueType } from "../values/type.ts";
import type { ScalarValue, Value } from "../values/value.ts";
import { failEvaluation } from "./expression-error.ts";

/** Elements of an array that a function may make. */
const mostElements = 100_000;

/** Null and undefined are null. Throws `EvaluationFailure` for what the type cannot hold exactly. */
export function transformOutput(type: ValueType): (made: unknown) => Value {
	const scalar = scalars[type.scalar];
	const convert = (made: unknown): ScalarValue =>
		scalar(made) ?? failEvaluation(`The function made ${described(made)}, which is no ${formatValueType(type)}.`);
	if (!type.isArray) return (made) => (made == null ? null : convert(made));
	return (made) => {
		if (made == null) return null;
		if (!Array.isArray(made)) return failEvaluation(`The function made ${described(made)}, which is no list.`);
		if (made.length > mostElements) return failEvaluation(`The function made a list of ${made.length} elements.`);
		return made.map((element: unknown) => (element == null ? null : convert(element)));
	};
}

const least64 = -(2n ** 63n);
const greatest64 = 2n ** 63n - 1n;

/** Undefined where it is of another type. */
const scalars: Readonly<Record<ScalarType, (made: unknown) => ScalarValue | undefined>> = {
	BOOL: (made) => (typeof made === "boolean" ? made : undefined),
	INT32: (made) => {
		const int = int64(made);
		return int !== undefined && int >= -2_147_483_648n && int <= 2_147_483_647n ? Number(int) : undefined;
	},
	INT64: int64,
	FLOAT32: (made) => {
		if (typeof made !== "number") return undefined;
		const rounded = Math.fround(made);
		return Number.isFinite(made) && !Number.isFinite(rounded) ? undefined : rounded;
	},
	FLOAT64: (made) => (typeof made === "number" ? made : undefined),
	STRING: (made) => (typeof made === "string" && made.isWellFormed() ? made : undefined),
	BYTES: (made) => (made instanceof Uint8Array ? new Uint8Array(made) : undefined),
	TIMESTAMP: (made) => {
		const micros = made instanceof Date ? microsOf(made) : int64(made);
		return micros !== undefined && isTimestamp(micros) ? micros : undefined;
	},
	DATE: (made) => (typeof made === "number" && Number.isInteger(made) && isDay(made) ? made : undefined),
	JSON: (made) => canonicalJson(made),
};

const microsOf = (at: Date): bigint | undefined =>
	Number.isNaN(at.getTime()) ? undefined : BigInt(at.getTime()) * 1000n;

function int64(made: unknown): bigint | undefined {
	if (typeof made === "number") return Number.isSafeInteger(made) ? BigInt(made) : undefined;
	return typeof made === "bigint" && made >= least64 && made <= greatest64 ? made : undefined;
}

function described(made: unknown): string {
	if (Array.isArray(made)) return "a list";
	return ["string", "number", "boolean", "bigint"].includes(typeof made)
		? `the ${typeof made} ${String(made).slice(0, 60)}`
		: `a value of type ${typeof made}`;
}
