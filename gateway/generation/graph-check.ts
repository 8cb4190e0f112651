import type { UserError } from "../../core/errors/user-error.ts";
import { CompositionError, type SubgraphSource } from "../../schema/compose.ts";
import type { Composer } from "./composer.ts";
import type { KnownDocument } from "./composition-messages.ts";

/** What is wrong with a graph: why it does not compose, or the documents that it breaks. */
interface Findings {
	readonly reasons: readonly string[];
	readonly broken: ReadonlyMap<string, readonly string[]>;
}

/** Errors of one kind that are told; one more says how many there are beside them. */
const mostErrors = 20;

/**
 * Compares graphs before one of them is served: what a candidate breaks and none of those before it did, as errors for
 * whoever makes the change. Composes in the composer's thread, which will have the candidate ready when it comes.
 */
export async function checkCandidate(
	candidate: readonly SubgraphSource[],
	before: readonly (readonly SubgraphSource[])[],
	{ composer, documents }: { readonly composer: Composer; readonly documents: readonly KnownDocument[] },
): Promise<readonly UserError[]> {
	const found = await examine(candidate, composer, documents);
	if (found.reasons.length === 0 && found.broken.size === 0) return [];
	const known = await Promise.all(before.map((sources) => examine(sources, composer, documents)));
	const reasons = found.reasons.filter((reason) => !known.some((findings) => findings.reasons.includes(reason)));
	const broken = [...found.broken].filter(([id]) => !known.some((findings) => findings.broken.has(id)));
	return [...bounded(reasons.map(notComposed)), ...bounded(broken.map(([id, why]) => breaks(id, why)))];
}

async function examine(
	sources: readonly SubgraphSource[],
	composer: Composer,
	documents: readonly KnownDocument[],
): Promise<Findings> {
	try {
		const { publicSdl } = await composer.compose(sources);
		const broken = await composer.broken(publicSdl, documents);
		return { reasons: [], broken: new Map(broken.map(({ id, reasons }) => [id, reasons])) };
	} catch (error) {
		if (!(error instanceof CompositionError)) throw error;
		return { reasons: error.reasons, broken: new Map() };
	}
}

const notComposed = (reason: string): UserError => ({
	code: "GRAPH_DOES_NOT_COMPOSE",
	message: reason,
	nearest: [],
	hint: "The graph that runs stays as it is. Change the definitions, or the subgraph that they meet, so that both fit.",
});

const breaks = (id: string, reasons: readonly string[]): UserError => ({
	code: "GRAPH_BREAKS_DOCUMENTS",
	message: `The trusted document "${id}" would break: ${reasons.join(" ")}`,
	name: id,
	nearest: [],
	hint: "Keep what it reads until no client sends it any more, or force the change.",
});

function bounded(errors: readonly UserError[]): readonly UserError[] {
	const [first] = errors;
	if (errors.length <= mostErrors || first === undefined) return errors;
	const more: UserError = { code: first.code, message: `${errors.length - mostErrors} more of them.`, nearest: [] };
	return [...errors.slice(0, mostErrors), more];
}
