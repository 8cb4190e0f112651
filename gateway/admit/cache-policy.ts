import {
	type DocumentNode,
	type FragmentDefinitionNode,
	type GraphQLCompositeType,
	type GraphQLSchema,
	getNamedType,
	isCompositeType,
	Kind,
	OperationTypeNode,
	parse,
	type SelectionSetNode,
} from "graphql";
import { type AppliedDirective, appliedDirectives, type DirectiveArguments } from "./supergraph-directives.ts";

/** How long an answer may be kept, and by whom. */
export interface CachePolicy {
	readonly maxAgeSeconds: number;
	readonly scope: "PUBLIC" | "PRIVATE";
}

export interface CacheRules {
	readonly schema: GraphQLSchema;
	/** `@cacheControl` by schema coordinate. */
	readonly hints: AppliedDirective;
}

const policies = new WeakMap<DocumentNode, ReadonlyMap<string | null, CachePolicy>>();

/** Reads `@cacheControl` of a supergraph: it is there where a subgraph has `@composeDirective(name: "@cacheControl")`. */
export function readCacheHints(supergraphSdl: string): AppliedDirective {
	if (!supergraphSdl.includes("@cacheControl(")) return new Map();
	const document = parse(supergraphSdl, { noLocation: true });
	return appliedDirectives(document, ["cacheControl"]).get("cacheControl") ?? new Map();
}

/** Finds the policy of each query of a valid document, for `cachePolicyOf`. */
export function compileCachePolicies(rules: CacheRules, document: DocumentNode): void {
	if (rules.hints.size === 0) return;
	const fragments = new Map<string, FragmentDefinitionNode>();
	for (const definition of document.definitions) {
		if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
	}
	const found = new Map<string | null, CachePolicy>();
	const root = rules.schema.getQueryType();
	for (const definition of document.definitions) {
		if (definition.kind !== Kind.OPERATION_DEFINITION || definition.operation !== OperationTypeNode.QUERY) continue;
		if (root == null) continue;
		const policy = policyOf({ ...rules, fragments }, root, definition.selectionSet, 0);
		found.set(definition.name?.value ?? null, policy);
		// One alone need not be named.
		if (!found.has(null)) found.set(null, policy);
	}
	policies.set(document, found);
}

/** How long the answer to a query may be kept; null: not at all. The operation has been selected, so it is there. */
export function cachePolicyOf(document: DocumentNode, operationName: string | null): CachePolicy | null {
	const policy = policies.get(document)?.get(operationName);
	return policy === undefined || policy.maxAgeSeconds <= 0 ? null : policy;
}

interface Rules extends CacheRules {
	readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/**
 * The strictest of all fields. As everywhere that knows this directive: a field hint counts before that of its type; without
 * any a leaf below the roots is kept as long as its parent, all else not at all.
 */
function policyOf(
	rules: Rules,
	parent: GraphQLCompositeType,
	{ selections }: SelectionSetNode,
	parentMaxAge: number,
): CachePolicy {
	let strictest: CachePolicy = { maxAgeSeconds: Number.POSITIVE_INFINITY, scope: "PUBLIC" };
	const narrow = ({ maxAgeSeconds, scope }: CachePolicy): void => {
		strictest = {
			maxAgeSeconds: Math.min(strictest.maxAgeSeconds, maxAgeSeconds),
			scope: strictest.scope === "PRIVATE" ? "PRIVATE" : scope,
		};
	};
	for (const selection of selections) {
		if (selection.kind === Kind.FIELD) {
			if (selection.name.value === "__typename") continue;
			const field = "getFields" in parent ? parent.getFields()[selection.name.value] : undefined;
			if (field === undefined) return { maxAgeSeconds: 0, scope: "PRIVATE" };
			const type = getNamedType(field.type);
			const ofField = rules.hints.get(`${parent.name}.${field.name}`);
			const ofType = rules.hints.get(type.name);
			const maxAgeSeconds = maxAgeOf(
				ofField,
				ofType,
				isCompositeType(type),
				parent === rules.schema.getQueryType(),
				parentMaxAge,
			);
			narrow({ maxAgeSeconds, scope: (ofField?.["scope"] ?? ofType?.["scope"]) === "PRIVATE" ? "PRIVATE" : "PUBLIC" });
			if (selection.selectionSet !== undefined && isCompositeType(type)) {
				narrow(policyOf(rules, type, selection.selectionSet, maxAgeSeconds));
			}
			continue;
		}
		const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? rules.fragments.get(selection.name.value) : selection;
		const condition = fragment?.typeCondition;
		const type = condition === undefined ? parent : rules.schema.getType(condition.name.value);
		if (fragment !== undefined && isCompositeType(type))
			narrow(policyOf(rules, type, fragment.selectionSet, parentMaxAge));
	}
	return strictest;
}

function maxAgeOf(
	ofField: DirectiveArguments | undefined,
	ofType: DirectiveArguments | undefined,
	composite: boolean,
	atRoot: boolean,
	parentMaxAge: number,
): number {
	for (const hint of [ofField, ofType]) {
		if (hint?.["inheritMaxAge"] === true && !atRoot) return parentMaxAge;
		if (typeof hint?.["maxAge"] === "number") return hint["maxAge"];
	}
	return composite || atRoot ? 0 : parentMaxAge;
}
