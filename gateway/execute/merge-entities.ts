import type { ExecutionResult } from "graphql";
import type { AskedEntity } from "./asked-entity.ts";
import { type Data, isData } from "./data.ts";
import type { FetchShape } from "./fetch-shape.ts";
import { everywhere, type FailureOrigin, type FieldError, FieldFailure, type Keys } from "./field-failure.ts";
import { markMissing, placeError } from "./place-error.ts";
import { isFieldError, type PlannedFetch } from "./planned-fetch.ts";
import { type Rewrites, renamedPath } from "./rewrite.ts";
import type { Run } from "./run.ts";
import { errorPathOf, subgraphError } from "./subgraph-error.ts";

/** How the answers to one `_entities` field are taken in. */
export interface EntityMerge {
	/** The response key of its `_entities`. */
	readonly alias: string;
	readonly shape: FetchShape;
	readonly outputRewrites: Rewrites | null;
	readonly merge: (target: Data, source: Data) => void;
	readonly copy: (value: unknown) => unknown;
}

/** Merges the entities that a subgraph answered into all the places where they occur, with the errors of each. */
export function mergeEntities(
	{ subgraph }: PlannedFetch,
	groups: readonly EntityMerge[],
	asked: readonly (readonly AskedEntity[])[],
	answer: ExecutionResult | FieldError,
	run: Run,
): void {
	const failures = isFieldError(answer)
		? { ofAll: [everywhere(answer)], byEntity: new Map<string, FailureOrigin[]>() }
		: placeErrors(subgraph.name, groups, answer);
	let shown = failures.ofAll.length === 0;
	groups.forEach((group, index) => {
		if (mergeGroup(group, asked[index] ?? [], isFieldError(answer) ? null : answer, failures)) shown = true;
	});
	if (!shown) run.strayErrors.push(...failures.ofAll.map(({ error }) => error));
}

/** Errors that could not be put into the answer itself. */
interface Failures {
	/** Of the fetch as a whole. */
	readonly ofAll: FailureOrigin[];
	/** By alias and position: of entities that were answered with null. */
	readonly byEntity: Map<string, FailureOrigin[]>;
}

const entityKey = (alias: string, position: number): string => `${alias} ${position}`;

function placeErrors(
	service: string,
	groups: readonly EntityMerge[],
	{ data, errors = [] }: ExecutionResult,
): Failures {
	const failures: Failures = { ofAll: [], byEntity: new Map() };
	for (const raw of errors) {
		const error = subgraphError(service, raw);
		const [alias, position, ...rest] = errorPathOf(raw);
		const group = groups.find((candidate) => candidate.alias === alias);
		if (group === undefined || typeof position !== "number") {
			failures.ofAll.push(everywhere(error));
			continue;
		}
		const item = itemsOf(data, group.alias)[position];
		if (isData(item) && rest.length > 0) {
			if (!placeError(item, rest, error, group)) failures.ofAll.push(everywhere(error));
			continue;
		}
		const key = entityKey(group.alias, position);
		const before = failures.byEntity.get(key) ?? [];
		failures.byEntity.set(key, [...before, bubbled(error, renamedPath(rest, group.outputRewrites))]);
	}
	return failures;
}

/** An error within an entity of which nothing is left: all its fields are missing, and the error came up in one. */
const bubbled = (error: FieldError, rest: Keys): FailureOrigin => ({
	error,
	up: rest.length === 0 ? null : 1,
	tail: rest,
});

/** Did a failure of the whole fetch leave something missing here? */
function mergeGroup(
	{ alias, shape, outputRewrites, merge, copy }: EntityMerge,
	asked: readonly AskedEntity[],
	answer: ExecutionResult | null,
	{ ofAll, byEntity }: Failures,
): boolean {
	const items = itemsOf(answer?.data, alias);
	/** By position: the place that the answer itself went to. */
	const taken: number[] = [];
	const failure = ofAll.length === 0 ? null : new FieldFailure(ofAll);
	let shown = false;
	for (const { entity, position, place, incomplete } of asked) {
		const item = items[position];
		if (isData(item)) {
			if (taken[position] === undefined) outputRewrites?.apply(item);
			taken[position] ??= place;
			// Steps that follow may fill the places in different ways: what they would share is copied.
			merge(entity, taken[position] === place ? item : (copy(item) as Data));
			if (incomplete !== null) markMissing(entity, shape, incomplete);
		} else if (byEntity.size > 0) {
			const origins = byEntity.get(entityKey(alias, position));
			if (origins !== undefined) markMissing(entity, shape, new FieldFailure(origins));
		}
		if (failure !== null && markMissing(entity, shape, failure)) shown = true;
	}
	return shown;
}

function itemsOf(data: ExecutionResult["data"], alias: string): readonly unknown[] {
	const items: unknown = isData(data) ? data[alias] : null;
	return Array.isArray(items) ? items : [];
}
