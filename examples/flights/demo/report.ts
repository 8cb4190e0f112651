import pc from "picocolors";

/** What the demo tells, on stdout: a heading for each step, then facts of this very run. */
export function heading(number: number, text: string): void {
	process.stdout.write(`\n${pc.bold(pc.cyan(`${number}. ${text}`))}\n`);
}

export function fact(text: string): void {
	process.stdout.write(`   ${text}\n`);
}

export const count = (value: number | string): string => Number(value).toLocaleString("en-US");

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;

/** Runs a step's part and says how long it took. */
export async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
	const start = performance.now();
	return { result: await work(), ms: performance.now() - start };
}
