import type { ExecutionResult } from "graphql";
import { type Data, isData } from "./data.ts";
import type { FetchShape } from "./fetch-shape.ts";
import { everywhere, type FailureOrigin, type FieldError, FieldFailure } from "./field-failure.ts";
import { type IsObjectType, mergeData } from "./merge.ts";
import { markMissing, placeError } from "./place-error.ts";
import { isFieldError, type PlannedFetch } from "./planned-fetch.ts";
import { type Rewrites, renamedPath } from "./rewrite.ts";
import type { Run } from "./run.ts";
import { errorPathOf, subgraphError } from "./subgraph-error.ts";

/** How the answer of a fetch from a root is taken in. */
export interface RootMerge {
	readonly fetch: PlannedFetch;
	readonly shape: FetchShape;
	readonly outputRewrites: Rewrites | null;
	readonly isObjectType: IsObjectType;
}

/** Merges an answer into every target, and puts its errors where they leave something missing. */
export function mergeRoot(
	merge: RootMerge,
	answer: ExecutionResult | FieldError,
	targets: readonly Data[],
	run: Run,
): void {
	const { fetch, shape, outputRewrites, isObjectType } = merge;
	if (isFieldError(answer)) {
		for (const target of targets) markMissing(target, shape, FieldFailure.of(answer));
		return;
	}
	const data = isData(answer.data) ? answer.data : null;
	const unplaced: FailureOrigin[] = [];
	for (const raw of answer.errors ?? []) {
		const error = subgraphError(fetch.subgraph.name, raw);
		const path = errorPathOf(raw);
		if (data === null)
			unplaced.push(path.length === 0 ? everywhere(error) : { error, up: 1, tail: renamedPath(path, outputRewrites) });
		else if (path.length === 0 || !placeError(data, path, error, merge)) unplaced.push(everywhere(error));
	}
	if (data !== null) {
		outputRewrites?.apply(data);
		for (const target of targets) mergeData(target, data, shape, isObjectType);
	}
	if (unplaced.length === 0) return;
	const failure = new FieldFailure(unplaced);
	let shown = false;
	for (const target of targets) if (markMissing(target, shape, failure)) shown = true;
	if (!shown) run.strayErrors.push(...unplaced.map(({ error }) => error));
}
