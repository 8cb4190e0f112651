import { tryDecodeFeatureValue } from "../values/feature-value-in.ts";
import { InvalidValue } from "../values/invalid-value.ts";
import { parseJson } from "../values/parse-json.ts";
import type { ValueType } from "../values/type.ts";
import type { Value } from "../values/value.ts";

/** A column of JSON texts, such as one that mixes `7` and `"7"`, in its declared type: each value as a request has it. Undefined: it does not fit. */
export const mixedJsonConverter =
	(type: ValueType) =>
	(text: Value): Value | undefined => {
		if (typeof text !== "string") return null;
		const value = tryDecodeFeatureValue(parseJson(text), type);
		return value instanceof InvalidValue ? undefined : value;
	};
