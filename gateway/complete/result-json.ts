import type { ExecutionResult } from "graphql";
import type { Data } from "../execute/data.ts";

/** A result without errors whose JSON was written already. Its data are made when somebody reads them, too. */
export class WrittenResult implements ExecutionResult {
	// An own property, so that a copy has the data; by one getter, so that all results have one shape.
	static readonly #data: PropertyDescriptor & ThisType<WrittenResult> = {
		enumerable: true,
		get() {
			this.#made ??= this.#make();
			return this.#made;
		},
	};

	declare readonly data: Data | null;
	readonly #json: string;
	readonly #make: () => Data | null;
	#made: Data | null = null;

	/** `data` as JSON, and how they are made. */
	constructor(data: string, make: () => Data | null) {
		Object.defineProperty(this, "data", WrittenResult.#data);
		this.#json = `{"data":${data}}`;
		this.#make = make;
	}

	get json(): string {
		return this.#json;
	}
}

const texts = new WeakMap<object, string>();

/** A result as JSON, written once for all that it is sent to. */
export function resultJson(result: object): string {
	if (result instanceof WrittenResult) return result.json;
	const known = texts.get(result);
	if (known !== undefined) return known;
	const json = JSON.stringify(result);
	texts.set(result, json);
	return json;
}
