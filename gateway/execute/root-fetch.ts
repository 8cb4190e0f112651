import type { Locate } from "./locate.ts";
import { mergeRoot, type RootMerge } from "./merge-root.ts";
import { ask, fetchVariables } from "./planned-fetch.ts";
import type { Run, Step } from "./run.ts";

/** Asks a subgraph for fields of a root type, which may also lie deeper in the data: `place` then finds it. */
export function rootFetch(merge: RootMerge, place: Locate | null): Step {
	return (run) => {
		const targets = place === null ? [run.data] : place(run.data);
		return targets.length === 0 ? undefined : askAndMerge(merge, targets, run);
	};
}

async function askAndMerge(merge: RootMerge, targets: readonly Run["data"][], run: Run): Promise<void> {
	const { fetch } = merge;
	mergeRoot(merge, await ask(fetch, fetchVariables(fetch, run.variables), run, 0), targets, run);
}
