import type { DocumentNode, OperationDefinitionNode } from "graphql";
import type { Principal } from "../../core/ports/principal.ts";
import type { WithheldFields } from "../authorize/withheld-fields.ts";
import type { CompiledOperation } from "../execute/compile-operation.ts";
import type { OperationVariables } from "../execute/operation-variables.ts";
import type { Generation } from "./generation.ts";

/**
 * An admitted operation as it is run for a principal: at once, unless it must be planned and compiled first, which `missed` is told.
 * Throws a RequestError.
 */
export function compiledFor(
	generation: Generation,
	admitted: AdmittedOperation,
	variables: Pick<OperationVariables, "coerced">,
	principal: Principal,
	missed?: () => void,
): CompiledOperation | Promise<CompiledOperation> {
	const { document, operation } = admitted;
	const compiledWith = (withheld: WithheldFields): CompiledOperation | Promise<CompiledOperation> => {
		const override = generation.overridesOf(principal);
		const compiled = generation.operations.compiled(document, operation, variables, {
			withheld,
			override,
			plan: (text) => generation.plan({ text, labels: override.labels, percentage: override.percentage }, principal.id),
		});
		if (compiled instanceof Promise) missed?.();
		return compiled;
	};
	const withheld = generation.withhold(document, operation, principal);
	return withheld instanceof Promise ? withheld.then(compiledWith) : compiledWith(withheld);
}

interface AdmittedOperation {
	readonly document: DocumentNode;
	readonly operation: OperationDefinitionNode;
}
