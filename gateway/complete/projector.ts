import { type Data, isData } from "../execute/data.ts";
import { FieldFailure, type Keys } from "../execute/field-failure.ts";
import { clientPath } from "./client-path.ts";
import type { Introspect } from "./introspection.ts";
import type { AbstractProjection, FieldProjection, ObjectProjection, ValueProjection } from "./projection.ts";
import type { ResponseErrors } from "./response-errors.ts";
import { scalarValue } from "./scalar-value.ts";

/** Stands for a null that the type does not allow: it goes up to the nearest value that may be null. */
const invalid = Symbol("a null where none may be");
type Invalid = typeof invalid;

const bareObject = (): Data => Object.setPrototypeOf({}, null) as Data;

/** The gateway itself answers the others. */
const mustBeThere = ({ value: { kind, nonNull } }: FieldProjection): boolean =>
	nonNull && kind !== "typename" && kind !== "introspection" && kind !== "withheld";

/** What a projection needs of one run. */
export interface Projecting {
	readonly errors: ResponseErrors;
	readonly introspect: Introspect;
	readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Makes the data of a response from merged data: the fields that the client asked for, in its order and under its keys,
 * each of its type in the public schema or null, with an error at the path of each that is missing.
 */
export class Projector {
	readonly #root: ObjectProjection;
	readonly #run: Projecting;
	/** Of the value at hand; what lies below its depth is left from values before. */
	readonly #path: (string | number)[] = [];

	constructor(root: ObjectProjection, run: Projecting) {
		this.#root = root;
		this.#run = run;
	}

	/** Null: a root field that may not be null is missing. */
	project(data: Data): Data | null {
		const result = this.#object(this.#root, data, 0);
		return result === invalid ? null : result;
	}

	#object(projection: ObjectProjection, source: Data, depth: number): Data | Invalid {
		const { fields } = projection;
		const result: Data = projection.bare ? bareObject() : {};
		for (const field of fields) {
			this.#path[depth] = field.key;
			const given = source[field.source];
			if (given === undefined && mustBeThere(field) && this.#failedBeside(projection, source, depth)) return invalid;
			const value = this.#value(field.value, given, depth + 1);
			if (value === invalid) return invalid;
			result[field.key] = value;
		}
		return result;
	}

	/** Nobody was asked for a field, since another that may not be null has failed: then that is told. */
	#failedBeside({ fields }: ObjectProjection, source: Data, depth: number): boolean {
		for (const { key, source: name, value } of fields) {
			const failure = source[name];
			if (!value.nonNull || !(failure instanceof FieldFailure)) continue;
			this.#path[depth] = key;
			this.#failed(value, failure, depth + 1);
			return true;
		}
		return false;
	}

	/** `depth` is that of the value's path. */
	#value(projection: ValueProjection, value: unknown, depth: number): unknown {
		if (value === null || value === undefined || typeof value === "function") return this.#absent(projection, depth);
		if (value instanceof FieldFailure) return this.#failed(projection, value, depth);
		switch (projection.kind) {
			case "scalar":
				try {
					return scalarValue(projection.type, value);
				} catch {
					return this.#unfit(projection, `no ${projection.type?.name ?? "value"}`, depth);
				}
			case "enum":
				if (typeof value === "string" && projection.type.getValue(value) != null) return value;
				return this.#unfit(projection, `no value of ${projection.type.name}`, depth);
			case "object":
				if (isData(value)) return this.#composite(projection, projection.object, value, depth);
				return this.#unfit(projection, "no object", depth);
			case "abstract":
				if (isData(value)) return this.#abstract(projection, projection.abstract, value, depth);
				return this.#unfit(projection, "no object", depth);
			case "list":
				if (Array.isArray(value)) return this.#list(projection, projection.item, value, depth);
				return this.#unfit(projection, "no list", depth);
			default:
				return this.#absent(projection, depth);
		}
	}

	#composite(projection: ValueProjection, object: ObjectProjection, value: Data, depth: number): unknown {
		const result = this.#object(object, value, depth);
		return result === invalid && !projection.nonNull ? null : result;
	}

	#abstract(projection: ValueProjection, abstract: AbstractProjection, value: Data, depth: number): unknown {
		const { of, untyped, type, typed } = abstract;
		const typename = value["__typename"];
		if (typed && typename === type.name) {
			const failure = Object.values(value).find((field) => field instanceof FieldFailure);
			if (failure !== undefined) return this.#failed(projection, failure.above(), depth);
		}
		// Whoever was to tell the type has failed: what it has of its own would be left out without a word.
		if (typed && typename instanceof FieldFailure) return this.#failed(projection, typename.above(), depth);
		const object = typeof typename === "string" ? of(typename) : untyped;
		if (object === null) return this.#unfit(projection, "an object of another type", depth);
		return this.#composite(projection, object, value, depth);
	}

	#list(projection: ValueProjection, item: ValueProjection, values: readonly unknown[], depth: number): unknown {
		const result = new Array<unknown>(values.length);
		for (let index = 0; index < values.length; index++) {
			this.#path[depth] = index;
			const value = this.#value(item, values[index], depth + 1);
			if (value === invalid) return projection.nonNull ? invalid : null;
			result[index] = value;
		}
		return result;
	}

	/** No value in the data: some fields have none there. */
	#absent(projection: ValueProjection, depth: number): unknown {
		switch (projection.kind) {
			case "withheld":
				return this.#withheld(projection, depth);
			case "introspection": {
				const value = this.#run.introspect(projection.nodes, projection.key, this.#run.variables);
				return value ?? this.#null(projection, depth);
			}
			case "typename":
				return projection.name ?? this.#null(projection, depth);
			default:
				return this.#null(projection, depth);
		}
	}

	#null(projection: ValueProjection, depth: number): null | Invalid {
		if (!projection.nonNull) return null;
		this.#error(`Cannot return null for non-nullable field ${projection.coordinate}.`, depth, {});
		return invalid;
	}

	#failed(projection: ValueProjection, { origins }: FieldFailure, depth: number): null | Invalid {
		if (projection.kind === "withheld") return this.#withheld(projection, depth);
		for (const { error, up, tail } of this.#run.errors.full ? [] : origins) {
			this.#run.errors.add(error.message, this.#pathOf(up, tail, depth), error.extensions, this.#path.slice(0, depth));
		}
		return projection.nonNull ? invalid : null;
	}

	/** Where the client sees an error come up; at the value itself where it did not ask for what failed. */
	#pathOf(up: number | null, tail: Keys, depth: number): Keys {
		const own = this.#path.slice(0, depth);
		if (up === null) return own;
		const place = own.slice(0, depth - up);
		const path = clientPath(this.#root, place, tail);
		return tail.length > 0 && path.length === place.length ? own : path;
	}

	#withheld({ reason, nonNull }: ValueProjection & { kind: "withheld" }, depth: number): null | Invalid {
		this.#error(reason.message, depth, { code: reason.code });
		return nonNull ? invalid : null;
	}

	/** The value is not what the public schema says: it stays hidden. */
	#unfit(projection: ValueProjection, what: string, depth: number): null | Invalid {
		this.#error(`What a subgraph answered for ${projection.coordinate} is ${what}.`, depth, {});
		return projection.nonNull ? invalid : null;
	}

	#error(message: string, depth: number, extensions: Record<string, unknown>): void {
		const path: Keys = this.#path.slice(0, depth);
		this.#run.errors.add(message, path, extensions);
	}
}
