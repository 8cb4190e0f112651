import type { Logger } from "../../core/ports/logger.ts";
import type { SubgraphExecutor } from "../../core/ports/subgraph.ts";
import { type Composer, hashSources } from "../../gateway/generation/composer.ts";
import type { GraphDraft, GraphSource } from "../../gateway/generation/graph-source.ts";
import { CompositionError } from "../../schema/compose.ts";
import type { Candidate } from "./user-subgraphs.ts";

/** Which SDL of each candidate is taken in. */
type Choice = ReadonlyMap<Candidate, string>;

/**
 * The graph of our subgraphs and those of others. What others say is taken in as far as it composes with ours: where a new SDL
 * does not, the one before stays, and the log says why. A change of ours that does not compose with what was taken in
 * is refused with a CompositionError, except at the start: then ours serve without the others.
 */
export function joinedGraph(
	ours: readonly SubgraphExecutor[],
	candidates: readonly Candidate[],
	{ composer, logger }: { readonly composer: Composer; readonly logger: Logger },
): GraphSource {
	let served = false;
	/** What was told already. */
	const refused = new Map<Candidate, string>();

	const tell = (candidate: Candidate, sdl: string, error: CompositionError): void => {
		if (refused.get(candidate) === sdl) return;
		refused.set(candidate, sdl);
		const { name } = candidate;
		logger.error(
			{ subgraph: name, reasons: error.reasons },
			`The subgraph \`${name}\` does not compose with the others`,
		);
	};
	return {
		async read() {
			const held = await Promise.all(ours.map(async (subgraph) => subgraph.snapshot?.() ?? subgraph));
			const draft = (choice: Choice) => draftOf(held, choice, composer);
			const failure = async (choice: Choice) => failureOf(await draft(choice));

			const latest = chosen(candidates, (candidate) => candidate.latest());
			let choice: Choice = latest;
			if ((await failure(latest)) !== null) {
				choice = chosen(candidates, (candidate) => candidate.accepted());
				const broken = await failure(choice);
				if (broken !== null) {
					if (served || choice.size === 0) throw broken;
					choice = new Map();
				}
				for (const [candidate, sdl] of latest) {
					if (choice.get(candidate) === sdl) continue;
					const wider = new Map(choice).set(candidate, sdl);
					const reason = await failure(wider);
					if (reason === null) choice = wider;
					else tell(candidate, sdl, reason);
				}
			}
			for (const [candidate, sdl] of choice) {
				candidate.accept(sdl);
				if (latest.get(candidate) === sdl) refused.delete(candidate);
			}
			served = true;
			return draft(choice);
		},
	};
}

function chosen(candidates: readonly Candidate[], sdlOf: (candidate: Candidate) => string | null): Choice {
	return new Map(
		candidates.flatMap((candidate) => {
			const sdl = sdlOf(candidate);
			return sdl === null ? [] : [[candidate, sdl] as const];
		}),
	);
}

async function draftOf(ours: readonly SubgraphExecutor[], choice: Choice, composer: Composer): Promise<GraphDraft> {
	const subgraphs = [...ours, ...[...choice].map(([candidate, sdl]) => candidate.at(sdl))];
	const sources = await Promise.all(subgraphs.map(async ({ name, sdl }) => ({ name, sdl: await sdl() })));
	return { hash: hashSources(sources), sources, subgraphs, compose: () => composer.compose(sources) };
}

/** Why it does not compose; null where it does. It is composed once: the composer remembers. */
async function failureOf(draft: GraphDraft): Promise<CompositionError | null> {
	try {
		await draft.compose();
		return null;
	} catch (error) {
		if (error instanceof CompositionError) return error;
		throw error;
	}
}
