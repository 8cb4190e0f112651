import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import { formatValueType, type ValueType } from "./type.ts";

const longestShown = 60;

/** Why a value is none of its type. Not an `Error`: bad rows can be many, and stack traces are dear. */
export class InvalidValue {
	readonly json: unknown;
	readonly type: ValueType;
	/** What was expected, or what is wrong. */
	readonly reason: string;

	constructor(json: unknown, type: ValueType, reason: string) {
		this.json = json;
		this.type = type;
		this.reason = reason;
	}

	/** A sentence without its full stop. */
	get message(): string {
		return `${show(this.json)} is not a value of type ${formatValueType(this.type)}: ${this.reason}`;
	}

	/** INVALID_VALUE. `name` is the column's, where it is known. */
	toError(name?: string): FeaturegraphError {
		if (name === undefined) return new FeaturegraphError("INVALID_VALUE", this.message);
		return new FeaturegraphError("INVALID_VALUE", `"${name}": ${this.message}`, { name });
	}
}

function show(json: unknown): string {
	if (typeof json === "bigint") return json.toString();
	if (typeof json === "object" && json !== null) return Array.isArray(json) ? "A list" : "An object";
	const text = (typeof json === "string" ? JSON.stringify(json) : String(json)) ?? "";
	return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}
