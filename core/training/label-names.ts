/** Names of label columns, which tell them apart whatever the case: files of either engine would have one of two renamed. */
import { FeaturegraphError } from "../errors/featuregraph-error.ts";

/** LABELS_INVALID where two columns have one name, or names that differ in case alone. */
export function checkDistinctNames(names: readonly string[]): void {
	const seen = new Map<string, string>();
	for (const name of names) {
		const lower = name.toLowerCase();
		const same = seen.get(lower);
		if (same === name) {
			throw new FeaturegraphError("LABELS_INVALID", `The label rows have two columns "${name}".`, {
				name,
				hint: "Rename one, or leave it out.",
			});
		}
		if (same !== undefined) {
			throw new FeaturegraphError("LABELS_INVALID", `The label columns "${same}" and "${name}" differ in case alone.`, {
				name,
				hint: "Rename one.",
			});
		}
		seen.set(lower, name);
	}
}
