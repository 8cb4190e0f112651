import {
	type ConstDirectiveNode,
	type DirectiveNode,
	type DocumentNode,
	GraphQLIncludeDirective,
	GraphQLSkipDirective,
	Kind,
	type OperationDefinitionNode,
	type SelectionNode,
	visit,
} from "graphql";
import { coercedScalar } from "./compilable-schema.ts";

/** The variables that decide which selections are executed. */
export function conditionVariables(document: DocumentNode): readonly string[] {
	const names = new Set<string>();
	visit(document, {
		Directive(node) {
			const condition = conditionOf(node);
			if (condition?.kind === Kind.VARIABLE) names.add(condition.name.value);
		},
	});
	return [...names];
}

/**
 * The document of one operation for one value of its conditions, decided here: graphql-jit joins those of a fragment
 * that is spread in several places. Its variables are coerced already. A copy: graphql-jit writes on nodes.
 */
export function specializedDocument(
	document: DocumentNode,
	operation: OperationDefinitionNode,
	conditions: ReadonlyMap<string, boolean>,
): DocumentNode {
	const chosen = document.definitions.filter(
		(definition) => definition === operation || definition.kind === Kind.FRAGMENT_DEFINITION,
	);
	const selection = {
		enter: (node: SelectionNode) => (isSelected(node, conditions) ? undefined : null),
		leave: (node: SelectionNode) => ({
			...node,
			directives: node.directives?.filter((one) => !isCondition(one)) ?? [],
		}),
	};
	return visit(
		{ kind: Kind.DOCUMENT, definitions: chosen },
		{
			[Kind.FIELD]: selection,
			[Kind.INLINE_FRAGMENT]: selection,
			[Kind.FRAGMENT_SPREAD]: selection,
			[Kind.VARIABLE_DEFINITION]: ({ kind, variable }) => ({
				kind,
				variable,
				type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: coercedScalar.name } },
			}),
		},
	);
}

function isSelected({ directives = [] }: SelectionNode, conditions: ReadonlyMap<string, boolean>): boolean {
	return directives.every((directive) => {
		const condition = conditionOf(directive);
		if (condition === undefined) return true;
		const value =
			condition.kind === Kind.VARIABLE
				? conditions.get(condition.name.value)
				: condition.kind === Kind.BOOLEAN && condition.value;
		return value === (directive.name.value === GraphQLIncludeDirective.name);
	});
}

function conditionOf(directive: DirectiveNode | ConstDirectiveNode) {
	if (!isCondition(directive)) return undefined;
	return directive.arguments?.find(({ name }) => name.value === "if")?.value;
}

function isCondition({ name }: DirectiveNode): boolean {
	return name.value === GraphQLSkipDirective.name || name.value === GraphQLIncludeDirective.name;
}
