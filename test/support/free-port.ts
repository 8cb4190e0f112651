import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below those that systems hand out: what listens on port 0 or connects meanwhile does not take one of these. */
const [first, end] = [15_000, 32_000];

/** A loopback port that was free a moment ago, for a program that has to be told one. */
export async function freePort(): Promise<number> {
	for (let tries = 0; ; tries++) {
		const port = randomInt(first, end);
		try {
			await tryPort(port);
			return port;
		} catch (error) {
			if (tries === 100) throw error;
		}
	}
}

function tryPort(port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once("error", reject);
		probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
	});
}
