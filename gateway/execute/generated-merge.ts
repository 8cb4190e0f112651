import { generatedFunction, literal } from "../generated-function.ts";
import { type Data, isData } from "./data.ts";
import type { FetchShape } from "./fetch-shape.ts";
import { FieldFailure } from "./field-failure.ts";
import { copyData, type IsObjectType, mergeData, mergeField } from "./merge.ts";

/** Fields of an entity, those of what is below it included: beyond it code would be long. */
const mostFields = 500;

/** `mergeData` for one shape: code for fields that were not there before, which nearly all are. */
export function compileMerge(shape: FetchShape, isObjectType: IsObjectType): (target: Data, source: Data) => void {
	if (!isGenerated(shape)) return (target, source) => mergeData(target, source, shape, isObjectType);
	const fields = shape.fields.map(({ key }, index) => {
		const name = literal(key);
		return `value = source[${name}];
			if (value !== undefined) {
				if (target[${name}] === undefined && typeof value !== "function" && !(value instanceof FieldFailure)) target[${name}] = value;
				else mergeField(target, source, fields[${index}], isObjectType);
			}`;
	});
	const code = `return (target, source) => { let value; ${fields.join("\n")} };`;
	const surroundings = { FieldFailure, mergeField, fields: shape.fields, isObjectType };
	return generatedFunction(code, surroundings) as (target: Data, source: Data) => void;
}

/** `copyData` for one shape: code for objects that have all its fields. */
export function compileCopy(shape: FetchShape): (value: unknown) => unknown {
	if (!isGenerated(shape)) return (value) => copyData(value, shape);
	const functions: string[] = [];
	const shapes: FetchShape[] = [];
	const add = (of: FetchShape): string => {
		const number = shapes.push(of) - 1;
		const values = of.fields.map((_, index) => `value${index}`);
		const read = of.fields.map(({ key }, index) => `const value${index} = value[${literal(key)}];`);
		const lacks = values.map((value) => `${value} === undefined || typeof ${value} === "function"`);
		const written = of.fields.map(
			({ key, shape: inner }, index) =>
				`${literal(key)}: ${inner === null ? values[index] : `${add(inner)}(value${index})`}`,
		);
		functions.push(`function copy${number}(value) {
			if (Array.isArray(value)) return value.map(copy${number});
			if (!isData(value)) return value;
			${read.join(" ")}
			if (${["false", ...lacks].join(" || ")}) return copyData(value, shapes[${number}]);
			return { ${written.join(", ")} };
		}`);
		return `copy${number}`;
	};
	const root = add(shape);
	const code = `${functions.join("\n")}\nreturn ${root};`;
	return generatedFunction(code, { isData, copyData, shapes }) as (value: unknown) => unknown;
}

/** In a literal, `__proto__` would not be a key as any other. */
function isGenerated(shape: FetchShape): boolean {
	let count = 0;
	const fits = ({ fields }: FetchShape): boolean => {
		count += fields.length;
		return (
			count <= mostFields &&
			fields.every(({ key, shape: inner }) => key !== "__proto__" && (inner === null || fits(inner)))
		);
	};
	return fits(shape);
}
