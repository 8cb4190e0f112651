import { type DocumentNode, parse } from "graphql";
import {
	type AppliedDirective,
	appliedDirectives,
	type DirectiveArguments,
	linkedName,
} from "../supergraph-directives.ts";

/** `@listSize` of a field: how many its lists hold. */
export interface ListSize {
	readonly assumedSize: number | null;
	readonly slicingArguments: readonly string[];
	/** The lists one level below that are meant; none: the field itself. */
	readonly sizedFields: readonly string[];
	readonly requireOneSlicingArgument: boolean;
}

/** What a supergraph says of costs, by schema coordinate. */
export interface CostModel {
	readonly weights: ReadonlyMap<string, number>;
	readonly listSizes: ReadonlyMap<string, ListSize>;
}

const specification = "https://specs.apollo.dev/cost";

/** Reads `@cost` and `@listSize` of a supergraph, under whatever names it links them. */
export function readCostModel(supergraphSdl: string): CostModel {
	// Parsing a large supergraph takes its time: most say nothing of costs.
	if (!supergraphSdl.includes(`${specification}/v`)) return { weights: new Map(), listSizes: new Map() };
	const document = parse(supergraphSdl, { noLocation: true });
	return {
		weights: mapped(applied(document, "cost"), ({ weight }) => Number(weight)),
		listSizes: mapped(applied(document, "listSize"), listSizeOf),
	};
}

function applied(document: DocumentNode, directive: string): AppliedDirective {
	const name = linkedName(document, specification, directive);
	return (name === null ? undefined : appliedDirectives(document, [name]).get(name)) ?? new Map();
}

function mapped<T>(directive: AppliedDirective, read: (given: DirectiveArguments) => T): ReadonlyMap<string, T> {
	return new Map([...directive].map(([coordinate, given]) => [coordinate, read(given)]));
}

const listSizeOf = (given: DirectiveArguments): ListSize => ({
	assumedSize: typeof given["assumedSize"] === "number" ? given["assumedSize"] : null,
	slicingArguments: namesIn(given["slicingArguments"]),
	sizedFields: namesIn(given["sizedFields"]),
	requireOneSlicingArgument: given["requireOneSlicingArgument"] !== false,
});

const namesIn = (value: unknown): readonly string[] =>
	Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
