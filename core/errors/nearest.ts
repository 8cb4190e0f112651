import { distance } from "fastest-levenshtein";

const mostSuggestions = 3;

/**
 * The valid names that lie nearest to `name`, best first: at most three, none that differs in more than
 * half of its letters. Names that contain `name`, or are contained in it, count as near.
 */
export function nearestNames(name: string, valid: Iterable<string>): string[] {
	const lower = name.toLowerCase();
	const ranked: { candidate: string; score: number }[] = [];
	for (const candidate of valid) {
		const other = candidate.toLowerCase();
		const edits = distance(lower, other);
		const contained = lower.length > 2 && (other.includes(lower) || lower.includes(other));
		const furthest = Math.max(2, Math.floor(Math.max(lower.length, other.length) / 2));
		if (contained || edits <= furthest) ranked.push({ candidate, score: contained ? Math.min(edits, 2) : edits });
	}
	ranked.sort((a, b) => a.score - b.score || (a.candidate < b.candidate ? -1 : 1));
	return ranked.slice(0, mostSuggestions).map(({ candidate }) => candidate);
}
