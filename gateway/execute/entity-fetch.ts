import type { AskedEntity } from "./asked-entity.ts";
import { DistinctRepresentations } from "./distinct.ts";
import type { FieldFailure } from "./field-failure.ts";
import type { FindRepresentation } from "./generated-representation.ts";
import type { Locate } from "./locate.ts";
import { type EntityMerge, mergeEntities } from "./merge-entities.ts";
import { markMissing } from "./place-error.ts";
import { ask, fetchVariables, type PlannedFetch } from "./planned-fetch.ts";
import type { Represent, Representation } from "./representation.ts";
import type { Rewrites } from "./rewrite.ts";
import type { Run, Step } from "./run.ts";

/** What one `_entities` field of a fetch asks for. */
export interface EntityGroup extends EntityMerge {
	/** The variable that takes the representations. */
	readonly variable: string;
	readonly places: readonly Locate[];
	readonly represent: Represent;
	readonly find: FindRepresentation;
	readonly inputRewrites: Rewrites | null;
}

/** Asks a subgraph for entities, each once, and fills all the places where they occur. Nothing is asked for none. */
export function entityFetch(fetch: PlannedFetch, groups: readonly EntityGroup[]): Step {
	return (run) => {
		const asked: AskedEntity[][] = [];
		const variables = { ...fetchVariables(fetch, run.variables) };
		let count = 0;
		for (const group of groups) {
			const distinct = new DistinctRepresentations();
			asked.push(gather(group, run, distinct));
			variables[group.variable] = distinct.list;
			count += distinct.list.length;
		}
		return count === 0 ? undefined : askAndMerge(fetch, groups, asked, variables, count, run);
	};
}

async function askAndMerge(
	fetch: PlannedFetch,
	groups: readonly EntityGroup[],
	asked: readonly (readonly AskedEntity[])[],
	variables: Readonly<Record<string, unknown>>,
	count: number,
	run: Run,
): Promise<void> {
	mergeEntities(fetch, groups, asked, await ask(fetch, variables, run, count), run);
}

function gather(group: EntityGroup, run: Run, distinct: DistinctRepresentations): AskedEntity[] {
	const { places, represent, find, inputRewrites, shape } = group;
	const asked: AskedEntity[] = [];
	const notes: { failure: FieldFailure | null } = { failure: null };
	places.forEach((locate, place) => {
		for (const entity of locate(run.data)) {
			const known = inputRewrites === null ? find(entity, distinct) : -1;
			if (known >= 0) {
				asked.push({ entity, position: known, place, incomplete: null });
				continue;
			}
			notes.failure = null;
			const representation = represent(entity, run.variables.coerced, notes);
			if (representation === null) continue;
			if (notes.failure !== null && !hasValue(representation)) {
				markMissing(entity, shape, notes.failure);
				continue;
			}
			inputRewrites?.apply(representation);
			asked.push({ entity, position: distinct.add(representation), place, incomplete: notes.failure });
		}
	});
	return asked;
}

/** Is there anything to know the entity by? */
function hasValue(representation: Representation): boolean {
	for (const name in representation) if (name !== "__typename" && representation[name] !== null) return true;
	return false;
}
