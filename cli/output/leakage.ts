import type { LeakageFinding } from "../operations/training-sets.ts";
import { printMessage } from "./data.ts";

/** Tells features that look like knowledge from the future, on stderr. */
export function printLeakage(findings: readonly LeakageFinding[] | null): void {
	for (const { column, share, reason } of findings ?? []) {
		printMessage(`${column}: ${reason} (${(share * 100).toFixed(1)} % of the rows)`);
	}
}
