import type {
	BatchFetchNode,
	FetchNode,
	FlattenNodePathSegment,
	PlanNode,
	QueryPlan,
} from "@graphql-hive/router-query-planner";
import {
	type FieldNode,
	type FragmentDefinitionNode,
	Kind,
	type OperationTypeNode,
	parse,
	type SelectionSetNode,
} from "graphql";
import type { GraphTypes } from "./graph-types.ts";
import { type KnownField, type KnownObject, printArguments } from "./known-object.ts";
import { type Represented, representedBy, requirementOf } from "./represented.ts";
import { renameKeys, typenameOf } from "./simulated-rewrites.ts";
import type { SubgraphView, ViewType } from "./subgraph-view.ts";

/** What is known when a plan has run, whatever the types of what it meets. */
interface Simulated {
	readonly data: KnownObject;
	/** What subgraphs are asked for that they cannot answer, or not rightly. */
	readonly problems: readonly string[];
}

/** There are too many ways in which types can follow one another. */
export class TooManyTypes extends Error {
	override readonly name = "TooManyTypes";
}

/** By default, of what is known at once. */
const defaultMost = 20_000;

/** What subgraphs answer at one place of a fetch. */
interface Place {
	readonly view: SubgraphView;
	readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
	/** External fields that are answered here. */
	readonly provided: SelectionSetNode | null;
	/** What of the object is part of a key of what it is in. */
	readonly keyed: SelectionSetNode | null;
	/** What the subgraph was told of the object itself. */
	readonly told: Represented | null;
}

/**
 * Runs a plan without subgraphs, as `execute/` runs it with them: in place of data it has what is known of them, for
 * each type that an object may be of.
 */
export function simulate(
	plan: QueryPlan,
	kind: OperationTypeNode,
	types: GraphTypes,
	mostObjects = defaultMost,
): Simulated {
	const problems = new Set<string>();
	let count = 0;
	const object = (type: string): KnownObject => {
		count += 1;
		if (count > mostObjects) throw new TooManyTypes("A plan over too many types");
		return { type, typename: null, fields: new Map() };
	};
	const data = object(types.rootTypes[kind]);

	/** What the subgraph answers of an object, `own` being its type there. */
	const select = (target: KnownObject, own: ViewType, { selections }: SelectionSetNode, place: Place): void => {
		for (const selection of selections) {
			if (selection.kind === Kind.FIELD) {
				const name = selection.name.value;
				if (name === "__typename") target.typename = own.name;
				else selectField(target, own, selection, place);
				continue;
			}
			const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : place.fragments.get(selection.name.value);
			if (fragment === undefined) continue;
			const condition = fragment.typeCondition?.name.value ?? own.name;
			if (condition === own.name || own.within.has(condition)) select(target, own, fragment.selectionSet, place);
		}
	};

	const selectField = (
		target: KnownObject,
		own: ViewType,
		node: FieldNode,
		{ view, fragments, provided, keyed, told }: Place,
	): void => {
		const name = node.name.value;
		const field = own.fields.get(name);
		const what = `${view.name}: ${own.name}.${name}`;
		if (field === undefined) {
			problems.add(`${what} is not there`);
			return;
		}
		const given = providedOf(provided, name);
		const key = own.keys.map(({ fields }) => providedOf(fields, name)).find((part) => part !== null);
		const part = key ?? providedOf(keyed, name);
		const isKey = part !== null;
		if (field.isExternal && given === null && !isKey) problems.add(`${what} is external`);
		if (field.requires !== null && !requirementOf(field.requires, told, types))
			problems.add(`${what} lacks what it requires`);
		const responseKey = node.alias?.value ?? name;
		const isComposite = view.types.has(field.typeName);
		if (isComposite !== (node.selectionSet !== undefined)) {
			problems.add(`${what} is selected as a ${isComposite ? "leaf" : "composite"}`);
			return;
		}
		let known = target.fields.get(responseKey);
		if (known === undefined) {
			known = {
				name,
				args: printArguments(node.arguments),
				objects: node.selectionSet === undefined ? null : new Map(),
				bubbles: field.isNonNull && !isKey,
				isRead: false,
			};
			target.fields.set(responseKey, known);
		}
		if (node.selectionSet === undefined || known.objects === null) return;
		const inner = given?.selectionSet ?? field.provides;
		for (const [ownInner, type] of types.objectsOf(view, field.typeName)) {
			const child = known.objects.get(type) ?? object(type);
			known.objects.set(type, child);
			select(child, ownInner, node.selectionSet, {
				view,
				fragments,
				provided: inner,
				keyed: part?.selectionSet ?? null,
				told: null,
			});
		}
	};

	const merge = (target: KnownObject, source: KnownObject): void => {
		if (source.typename !== null && (target.typename === null || !types.isAbstract(source.typename))) {
			target.typename = source.typename;
		}
		for (const [key, field] of source.fields) {
			const present = target.fields.get(key);
			if (present === undefined) target.fields.set(key, field);
			else mergeField(target, key, present, field);
		}
	};
	const mergeField = (target: KnownObject, key: string, present: KnownField, field: KnownField): void => {
		if (present.name !== field.name || present.args !== field.args) {
			problems.add(`${target.type}.${key} is two things, ${present.name} and ${field.name}`);
			return;
		}
		present.bubbles ||= field.bubbles;
		if (present.objects === null || field.objects === null) return;
		for (const [type, child] of present.objects) {
			const more = field.objects.get(type);
			if (more === undefined) present.objects.delete(type);
			else merge(child, more);
		}
	};

	const viewOf = (service: string): SubgraphView | null => {
		const view = types.views.get(service);
		if (view === undefined) problems.add(`There is no subgraph ${service}`);
		return view ?? null;
	};

	const rootFetch = (node: Omit<FetchNode, "kind">, targets: readonly KnownObject[]): (() => void) => {
		const view = viewOf(node.serviceName);
		if (view === null) return () => undefined;
		const { selectionSet, fragments } = readOperation(node.operation);
		const answers = targets.map((target) => {
			const answer = object(target.type);
			const own = view.types.get(target.type);
			if (own === undefined) problems.add(`${view.name} has no ${target.type}`);
			else select(answer, own, selectionSet, { view, fragments, provided: null, keyed: null, told: null });
			renameKeys(answer, node.outputRewrites, types.satisfies);
			return answer;
		});
		return () => {
			targets.forEach((target, index) => {
				const answer = answers[index];
				if (answer !== undefined) merge(target, answer);
			});
		};
	};

	const entityFetch = (node: FetchNode | BatchFetchNode, paths: readonly FlattenNodePathSegment[][]): (() => void) => {
		const view = viewOf(node.serviceName);
		if (view === null) return () => undefined;
		const { selectionSet, fragments } = readOperation(node.operation);
		const groups =
			node.kind === "BatchFetch"
				? node.entityBatch.aliases
				: [{ ...node, alias: "_entities", requires: node.requires ?? [], paths }];
		const merges: (() => void)[] = [];
		for (const { alias, requires, inputRewrites, outputRewrites, paths: places } of groups) {
			const entities = selectionSet.selections.find(
				(selection) => selection.kind === Kind.FIELD && (selection.alias?.value ?? selection.name.value) === alias,
			);
			if (entities?.kind !== Kind.FIELD || entities.selectionSet === undefined) {
				problems.add(`${view.name} is asked for no entities`);
				continue;
			}
			for (const target of new Set(places.flatMap((path) => locate(data, path, types)))) {
				const told = representedBy(requires, target, types);
				if (told === null) continue;
				const typename = typenameOf(inputRewrites, target, types.satisfies) ?? target.typename ?? "";
				const own = entityOf(view, typename, target.type);
				if (own === null) {
					problems.add(`${view.name} cannot find a ${target.type} as ${typename}`);
					continue;
				}
				const named = view.types.get(typename) ?? own;
				if (!named.keys.some(({ fields, resolvable }) => resolvable && requirementOf(fields, told, types))) {
					problems.add(`${view.name} is told no key of ${typename}`);
				}
				const answer = object(target.type);
				select(answer, own, entities.selectionSet, { view, fragments, provided: null, keyed: null, told });
				renameKeys(answer, outputRewrites, types.satisfies);
				merges.push(() => merge(target, answer));
			}
		}
		return () => {
			for (const apply of merges) apply();
		};
	};

	/** Begins a node; what is returned ends it: between the two, others that run at the same time begin. */
	const begin = (node: PlanNode, path: FlattenNodePathSegment[] | null): (() => void) => {
		switch (node.kind) {
			case "Sequence": {
				const [first, ...rest] = node.nodes;
				const end = first === undefined ? () => undefined : begin(first, path);
				return () => {
					end();
					for (const child of rest) begin(child, path)();
				};
			}
			case "Parallel": {
				const ends = node.nodes.map((child) => begin(child, path));
				return () => {
					for (const end of ends) end();
				};
			}
			case "Flatten":
				return begin(node.node, node.path);
			case "BatchFetch":
				return entityFetch(node, []);
			case "Fetch":
				if (node.requires !== undefined && node.requires.length > 0) {
					return entityFetch(node, path === null ? [] : [path]);
				}
				return rootFetch(node, path === null ? [data] : locate(data, path, types));
			case "Subscription":
				return rootFetch(node.primary, [data]);
			case "Condition":
			case "Defer":
				problems.add(`A ${node.kind} where nothing depends on the request`);
				return () => undefined;
		}
	};
	if (plan.node !== undefined) begin(plan.node, null)();
	return { data, problems: [...problems] };
}

/** The objects at a flatten path, of whatever types. */
function locate(root: KnownObject, path: readonly FlattenNodePathSegment[], { satisfies }: GraphTypes): KnownObject[] {
	let found = [root];
	for (const segment of path) {
		if (segment === "@") continue;
		if ("Field" in segment) {
			found = found.flatMap(({ fields }) => [...(fields.get(segment.Field)?.objects?.values() ?? [])]);
		} else {
			const fits = (typename: string): boolean => segment.TypeCondition.some((type) => satisfies(typename, type));
			found = found.filter(({ typename }) => typename === null || fits(typename));
		}
	}
	return found;
}

/** What an entity of a type is in a subgraph that is told it is a `typename`. */
function entityOf({ types }: SubgraphView, typename: string, type: string): ViewType | null {
	const told = types.get(typename);
	if (told === undefined) return null;
	const own = told.isObject ? told : types.get(type);
	return own?.isObject === true ? own : null;
}

/** What a set of fields says of one of them; null: nothing. */
function providedOf(set: SelectionSetNode | null, name: string): FieldNode | null {
	for (const selection of set?.selections ?? []) {
		if (selection.kind === Kind.FIELD && selection.name.value === name) return selection;
		if (selection.kind === Kind.INLINE_FRAGMENT) {
			const within = providedOf(selection.selectionSet, name);
			if (within !== null) return within;
		}
	}
	return null;
}

interface ReadOperation {
	readonly selectionSet: SelectionSetNode;
	readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

function readOperation(text: string): ReadOperation {
	const fragments = new Map<string, FragmentDefinitionNode>();
	let selectionSet: SelectionSetNode | null = null;
	for (const definition of parse(text, { noLocation: true }).definitions) {
		if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
		if (definition.kind === Kind.OPERATION_DEFINITION) selectionSet = definition.selectionSet;
	}
	if (selectionSet === null) throw new Error("A fetch of the plan without an operation");
	return { selectionSet, fragments };
}
