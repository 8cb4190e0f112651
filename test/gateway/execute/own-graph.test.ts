import { buildSubgraphSchema } from "@apollo/subgraph";
import {
	buildSchema,
	execute,
	type GraphQLFieldResolver,
	type GraphQLObjectType,
	type GraphQLOutputType,
	type GraphQLSchema,
	getNamedType,
	isAbstractType,
	isEnumType,
	isListType,
	isNonNullType,
	isObjectType,
	parse,
} from "graphql";
import { describe, expect, it } from "vitest";
import type { LoadedSubgraph } from "../../../gateway/transport/in-process.ts";
import { compose } from "../../../schema/compose.ts";
import { subgraphNames, subgraphSdl } from "../../../schema/subgraph-sdl.ts";
import { executedGraph } from "../support/executed.ts";

/** Every object is known by its key; what its fields hold follows from it alone, in whatever schema they are asked. */
interface Thing {
	readonly __typename: string;
	readonly id: string;
}

const resolve: GraphQLFieldResolver<Thing | undefined, unknown> = (
	source,
	_,
	__,
	{ fieldName, parentType, returnType, schema },
) => {
	if (fieldName === "id") return source?.id;
	return valueOf(schema, returnType, `${source?.id ?? parentType.name}.${fieldName}`);
};

function valueOf(schema: GraphQLSchema, type: GraphQLOutputType, key: string): unknown {
	if (isNonNullType(type)) return valueOf(schema, type.ofType, key);
	if (isListType(type)) return [0, 1].map((index) => valueOf(schema, type.ofType, `${key}.${index}`));
	if (isObjectType(type)) return { __typename: type.name, id: key };
	if (isAbstractType(type)) return { __typename: schema.getPossibleTypes(type)[0]?.name, id: key };
	if (isEnumType(type)) return type.getValues()[key.length % type.getValues().length]?.name;
	switch (getNamedType(type).name) {
		case "Int":
		case "Float":
			return key.length;
		case "Boolean":
			return key.length % 2 === 0;
		default:
			return key;
	}
}

function resolved(schema: GraphQLSchema): GraphQLSchema {
	const objects = Object.values(schema.getTypeMap()).filter(
		(type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith("__"),
	);
	for (const type of objects) {
		for (const field of Object.values(type.getFields())) if (!field.name.startsWith("_")) field.resolve = resolve;
		Object.assign(type, { resolveReference: (reference: Thing) => reference });
	}
	return schema;
}

const sources = subgraphNames.map((name) => ({ name, sdl: subgraphSdl(name) }));
const subgraphs = Object.fromEntries(
	sources.map(({ name, sdl }): [string, LoadedSubgraph] => [
		name,
		{ sdl, schema: resolved(buildSubgraphSchema([{ typeDefs: parse(sdl) }])) },
	]),
);
const whole = resolved(buildSchema(compose(sources).publicSdl));

describe("the graph of this repository", () => {
	it.each([
		'{ featureView(name: "v") { id name freshness { status checkedAt } features { edges { node { name modelVersions { edges { node { version aliases model { name } } } } alerts { edges { node { state message } } } } } } } }',
		"{ models { edges { node { name versions { edges { node { version featureService { name modelVersions { edges { cursor } } } trainingSet { id state rowCount } } } } } } } }",
		"{ alerts { edges { node { id severity subject { __typename ... on Feature { name view { name freshness { status } } } ... on FeatureView { name } } } } pageInfo { hasNextPage endCursor } } project { name } }",
		"{ onlineFeatures(select: { features: [] }, entities: []) { columns { name type feature { name type modelVersions { edges { node { createdAt } } } } } } }",
		'query ($deep: Boolean = false) { a: featureView(name: "a") { ...V } b: featureView(name: "b") { ...V } } fragment V on FeatureView { __typename name freshness { status } alerts @include(if: $deep) { edges { cursor } } }',
	])("answers as one schema would: %s", async (query) => {
		const graph = await executedGraph(subgraphs);
		const document = parse(query);
		const expected = await execute({ schema: whole, document });
		expect(expected.errors).toBeUndefined();
		const answer = await graph.run(query);
		expect(answer.errors).toBeUndefined();
		expect(JSON.stringify(answer.data)).toBe(JSON.stringify(expected.data));
		expect(new Set(graph.asked.map(({ subgraph }) => subgraph)).size).toBeGreaterThan(1);
	});
});
