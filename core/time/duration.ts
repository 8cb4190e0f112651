const spelling = /^(\d{1,12})([smhd])$/;
const secondsOf = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const unitsDown = ["d", "h", "m", "s"] as const;

/** A thousand years: longer is a slip, and its microseconds must stay far from the end of 64 bits. */
const mostSeconds = 365_250 * secondsOf.d;

/** Seconds of `30s`, `5m`, `2h`, `7d`; more than zero. Undefined when the text is no such duration. */
export function parseDuration(text: string): number | undefined {
	const parts = spelling.exec(text);
	if (parts === null) return undefined;
	const seconds = Number(parts[1]) * secondsOf[parts[2] as keyof typeof secondsOf];
	return seconds > 0 && seconds <= mostSeconds ? seconds : undefined;
}

/** Writes whole seconds as definitions do, in the greatest unit that divides them. */
export function formatDuration(seconds: number): string {
	const unit = unitsDown.find((candidate) => seconds % secondsOf[candidate] === 0) ?? "s";
	return `${seconds / secondsOf[unit]}${unit}`;
}
