import type { Principal } from "../../core/ports/principal.ts";

/** The longest that a timer can wait. */
const longestMillis = 2 ** 31 - 1;

/** Calls back when the principal's credential has run out; never for one that does not. Returns how to forget it. */
export function onExpiry({ credential }: Principal, expired: () => void): () => void {
	const expiresAt = credential?.expiresAt;
	if (expiresAt === undefined) return () => undefined;
	let timer: NodeJS.Timeout;
	const wait = (): void => {
		const left = expiresAt - Date.now();
		timer = left > longestMillis ? setTimeout(wait, longestMillis) : setTimeout(expired, Math.max(0, left));
		timer.unref();
	};
	wait();
	return () => clearTimeout(timer);
}
