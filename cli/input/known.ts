/** The `Known` of the contract from `--known label-time` or `--known 2024-01-01T00:00:00Z`; null without it. */
export function knownOf(text: string | undefined): { atLabelTime: true } | { at: string } | null {
	if (text === undefined) return null;
	return text === "label-time" ? { atLabelTime: true } : { at: text };
}
