/** Parts of a training set row by row. */
import { createHash } from "node:crypto";
import type { EntitySplits, TimeSplits } from "../../core/training/splits.ts";

/** By the values' texts; null: no value. */
export function entityPartOracle(
	{ parts, salt }: Pick<EntitySplits, "parts" | "salt">,
	values: readonly (string | null)[],
): string | null {
	const behindLength = (text: string): string => `${Buffer.byteLength(text)}:${text}`;
	const hashed = behindLength(salt) + values.map((value) => (value === null ? "n" : behindLength(value))).join("");
	const digest = createHash("md5").update(hashed).digest("hex");
	const place = Number.parseInt(digest.slice(0, 13), 16) / 2 ** 52;
	let sum = 0;
	for (const { name, share } of parts) {
		sum += share;
		if (place < Math.round(sum * 2 ** 52) / 2 ** 52) return name;
	}
	return null;
}

export function timePartOracle({ parts, cuts, gapMicros }: TimeSplits, at: bigint | null): string | null {
	if (at === null) return null;
	const next = cuts.findIndex((cut) => at < BigInt(cut));
	if (next === -1) return parts.at(-1) ?? null;
	return at >= BigInt(cuts[next] ?? 0) - BigInt(gapMicros) ? null : (parts[next] ?? null);
}
