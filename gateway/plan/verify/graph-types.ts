import type { OperationTypeNode } from "graphql";
import { type DocumentNode, Kind } from "graphql";
import type { TypeConditions } from "../../execute/type-conditions.ts";
import { type IsLabelOn, type SubgraphView, subgraphViews, type ViewType } from "./subgraph-view.ts";

/** The types of a supergraph, as plans are verified against them. */
export interface GraphTypes {
	readonly views: ReadonlyMap<string, SubgraphView>;
	readonly satisfies: TypeConditions;
	readonly rootTypes: Readonly<Record<OperationTypeNode, string>>;
	/** Is it an interface or a union, for clients? */
	isAbstract(type: string): boolean;
	/** The name of the type of a field; null: there is none such. */
	fieldType(type: string, field: string): string | null;
	/** May a field be an object of this type? Not where one of the subgraphs that answer the field does not know it. */
	mayBe(type: string, field: string, object: string): boolean;
	/** The objects that a type of a subgraph may stand for: what they are there, and what they are. */
	objectsOf(view: SubgraphView, type: string): readonly (readonly [ViewType, string])[];
}

export function graphTypesOf(supergraph: DocumentNode, satisfies: TypeConditions, isOn: IsLabelOn): GraphTypes {
	const objects: string[] = [];
	const abstract = new Set<string>();
	const fields = new Map<string, string>();
	const rootTypes = { query: "Query", mutation: "Mutation", subscription: "Subscription" };
	for (const definition of supergraph.definitions) {
		if (definition.kind === Kind.SCHEMA_DEFINITION) {
			for (const { operation, type } of definition.operationTypes) rootTypes[operation] = type.name.value;
		}
		if (definition.kind === Kind.UNION_TYPE_DEFINITION) abstract.add(definition.name.value);
		if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
		const name = definition.name.value;
		if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) objects.push(name);
		else abstract.add(name);
		for (const field of definition.fields ?? []) {
			let type = field.type;
			while (type.kind !== Kind.NAMED_TYPE) type = type.type;
			fields.set(`${name}.${field.name.value}`, type.name.value);
		}
	}
	const known = new Map<SubgraphView, Map<string, readonly (readonly [ViewType, string])[]>>();
	const find = (view: SubgraphView, type: string): readonly (readonly [ViewType, string])[] =>
		[...view.types.values()].flatMap((own): readonly (readonly [ViewType, string])[] => {
			if (!own.isObject || (own.name !== type && !own.within.has(type))) return [];
			if (!own.isInterfaceObject) return [[own, own.name]];
			return objects.filter((name) => satisfies(name, own.name)).map((name) => [own, name] as const);
		});
	const views = subgraphViews(supergraph, isOn);
	const objectsOf = (view: SubgraphView, type: string): readonly (readonly [ViewType, string])[] => {
		const ofView = known.get(view) ?? new Map<string, readonly (readonly [ViewType, string])[]>();
		known.set(view, ofView);
		const found = ofView.get(type) ?? find(view, type);
		ofView.set(type, found);
		return found;
	};
	return {
		views,
		satisfies,
		rootTypes,
		isAbstract: (type) => abstract.has(type),
		fieldType: (type, field) => fields.get(`${type}.${field}`) ?? null,
		mayBe: (type, name, object) =>
			[...views.values()].every((view) => {
				const field = view.types.get(type)?.fields.get(name);
				if (field === undefined || field.isExternal) return true;
				return objectsOf(view, field.typeName).some(([, known]) => known === object);
			}),
		objectsOf,
	};
}
