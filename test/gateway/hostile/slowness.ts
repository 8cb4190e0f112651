import { parse } from "graphql";

/** What `text` takes at best on the machine on which the bounds of these tests were set, with nothing else to do. */
const thereMillis = 1.7;
const text = `{ ${Array.from({ length: 4000 }, (_, i) => `a${i}: field(of: ${i}) { id name }`).join(" ")} }`;

/** How many times more processor time work takes here and now than there: a bound that is exceeded is multiplied by it. */
export function slowness(): number {
	let best = Number.POSITIVE_INFINITY;
	for (let run = 0; run < 40; run++) {
		const begun = process.cpuUsage();
		parse(text, { noLocation: true });
		const { user, system } = process.cpuUsage(begun);
		best = Math.min(best, (user + system) / 1000);
	}
	return Math.max(1, best / thereMillis);
}
