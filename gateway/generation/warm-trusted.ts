import { setImmediate as turn } from "node:timers/promises";
import { Kind, OperationTypeNode, valueFromASTUntyped } from "graphql";
import type { Principal } from "../../core/ports/principal.ts";
import type { TrustedDocument } from "../admit/trusted-documents.ts";
import { compiledFor } from "./compiled-for.ts";
import type { Generation } from "./generation.ts";

/** Whoever asks: where a graph withholds nothing, all are planned for alike. */
const anybody: Principal = { id: "anonymous", permissions: new Set(), projects: null };

/**
 * Makes trusted documents ready on a generation before it serves: parsed, validated, planned and compiled, with their
 * variables at their defaults, up to as many as are kept planned and as long as `warmMillis` lasts. Gives those that do not fit
 * the graph.
 */
export async function warmTrusted(
	next: Generation,
	documents: Iterable<TrustedDocument>,
	{ cachedPlans, warmMillis }: { readonly cachedPlans: number; readonly warmMillis: number },
): Promise<readonly string[]> {
	const until = performance.now() + warmMillis;
	const broken: string[] = [];
	let count = 0;
	for (const { id, text } of documents) {
		if (count >= cachedPlans || performance.now() > until) break;
		count += 1;
		try {
			await makeReady(next, text);
		} catch {
			broken.push(id);
		}
		await turn();
	}
	return broken;
}

async function makeReady(next: Generation, text: string): Promise<void> {
	const document = next.admit(text);
	for (const operation of document.definitions) {
		if (operation.kind !== Kind.OPERATION_DEFINITION) continue;
		const coerced = Object.fromEntries(
			(operation.variableDefinitions ?? []).map(({ variable, defaultValue }) => [
				variable.name.value,
				defaultValue === undefined ? undefined : valueFromASTUntyped(defaultValue),
			]),
		);
		// Fields of a mutation are planned one by one, when they run.
		if (operation.operation === OperationTypeNode.MUTATION) continue;
		await compiledFor(next, { document, operation }, { coerced }, anybody);
	}
}
