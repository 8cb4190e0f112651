import type { DocumentNode, OperationDefinitionNode } from "graphql";
import type { Principal } from "../../core/ports/principal.ts";
import type { CompiledOperation } from "../execute/compile-operation.ts";
import type { OperationVariables } from "../execute/operation-variables.ts";
import type { Generation } from "./generation.ts";

/** An admitted operation as it is run for a principal: planned and compiled, the first time, which `missed` is told. Throws a RequestError. */
export async function compiledFor(
	generation: Generation,
	{ document, operation }: { readonly document: DocumentNode; readonly operation: OperationDefinitionNode },
	variables: Pick<OperationVariables, "coerced">,
	principal: Principal,
	missed?: () => void,
): Promise<CompiledOperation> {
	const withheld = await generation.withhold(document, operation, principal);
	const override = generation.overridesOf(principal);
	const compiled = generation.operations.compiled(document, operation, variables, {
		withheld,
		override,
		plan: (text) => generation.plan({ text, labels: override.labels, percentage: override.percentage }),
	});
	if (compiled instanceof Promise) missed?.();
	return compiled;
}
