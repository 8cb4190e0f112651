import { GraphQLError, type GraphQLField, GraphQLInt, getNullableType, isListType, isNonNullType } from "graphql";
import { RequestError } from "../request-error.ts";
import { type Amount, amountOf, type Variables } from "./amount.ts";
import type { ArgumentValue, ArgumentValues } from "./argument-values.ts";
import type { ListSize } from "./cost-model.ts";

/** By what names lists are cut where no directive says it. */
const conventionalSlices = new Set(["first", "last", "limit"]);

/**
 * What is taken for the `@listSize` of a field that has none: `first`, `last` or `limit` say how long its list is, or that of its
 * `edges` and `nodes`. Undefined: nothing.
 */
export function conventionalListSize(field: GraphQLField<unknown, unknown>): ListSize | undefined {
	const slicingArguments = field.args
		.filter(({ name, type }) => conventionalSlices.has(name) && getNullableType(type) === GraphQLInt)
		.map(({ name }) => name);
	if (slicingArguments.length === 0) return undefined;
	const sizedFields = isListType(getNullableType(field.type)) ? [] : ["edges", "nodes"];
	return { assumedSize: null, slicingArguments, sizedFields, requireOneSlicingArgument: false };
}

/** How many a field's `@listSize` says that there are: what its slicing arguments ask for, or else what it assumes. */
export function slicedSize(
	coordinate: string,
	listSize: ListSize,
	values: ArgumentValues,
	assumedListSize: number,
): Amount {
	const { slicingArguments, assumedSize, requireOneSlicingArgument } = listSize;
	const unsliced = assumedSize ?? assumedListSize;
	if (slicingArguments.length === 0) return unsliced;
	const slices = slicingArguments.map((name) => argumentAt(values, name));
	return known(slices, (variables) => {
		const asked = slices.map((slice) => read(slice, variables)).filter((size) => typeof size === "number");
		if (requireOneSlicingArgument && asked.length !== 1) throw notOneSlice(coordinate, slicingArguments);
		return asked.length === 0 ? unsliced : Math.max(0, ...asked);
	});
}

/**
 * How many a list without `@listSize` holds. One whose arguments must name what is looked up, `products(ids: [ID!]!)`, holds as
 * many as they name.
 */
export function unslicedSize(
	field: GraphQLField<unknown, unknown>,
	values: ArgumentValues,
	assumedListSize: number,
): Amount {
	const lookedUp = field.args
		.filter(({ type }) => isNonNullType(type) && isListType(type.ofType))
		.map(({ name }) => argumentAt(values, name));
	const size: Amount =
		lookedUp.length === 0
			? assumedListSize
			: known(lookedUp, (variables) => Math.max(...lookedUp.map((value) => lengthOf(read(value, variables)))));
	// A list of lists: nothing is said of the inner ones.
	let inner = 1;
	for (let type = getNullableType(field.type); isListType(type); type = getNullableType(type.ofType)) {
		if (isListType(getNullableType(type.ofType))) inner *= assumedListSize;
	}
	return inner === 1 ? size : known(lookedUp, (variables) => inner * amountOf(size, variables));
}

/** An argument, or, by dots, a field of one. */
function argumentAt(values: ArgumentValues, path: string): ArgumentValue {
	const [first = "", ...rest] = path.split(".");
	const value = values.get(first) ?? { known: undefined };
	if (rest.length === 0) return value;
	const inner = (outer: unknown): unknown =>
		rest.reduce<unknown>(
			(at, name) =>
				typeof at === "object" && at !== null && Object.hasOwn(at, name)
					? (at as Readonly<Record<string, unknown>>)[name]
					: undefined,
			outer,
		);
	return typeof value === "function" ? (variables) => inner(value(variables)) : { known: inner(value.known) };
}

function known(values: readonly ArgumentValue[], size: (variables: Variables) => number): Amount {
	return values.some((value) => typeof value === "function") ? size : size({});
}

const read = (value: ArgumentValue, variables: Variables): unknown =>
	typeof value === "function" ? value(variables) : value.known;

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 1);

function notOneSlice(coordinate: string, slicingArguments: readonly string[]): RequestError {
	const names = slicingArguments.map((name) => `\`${name}\``).join(", ");
	return new RequestError("GRAPHQL_VALIDATION_FAILED", [
		new GraphQLError(`\`${coordinate}\` takes exactly one of ${names}: it says how long the list is.`),
	]);
}
