/** What the benchmark tells a process of its own, and what it hears from it, over IPC. */
export type Order =
	| { readonly order: "heap" }
	/** Compose the graph with a field more, or without it. */
	| { readonly order: "swap" }
	| { readonly order: "publish"; readonly body: string }
	| { readonly order: "open"; readonly url: string; readonly clients: number };

export type Report =
	| { readonly report: "ready"; readonly url: string }
	| { readonly report: "heap"; readonly megabytes: number }
	| { readonly report: "swapped" }
	| { readonly report: "opened" }
	/** All clients have an event: when the first and the last of them had it, after it was published. */
	| { readonly report: "received"; readonly millis: readonly number[] };

export function report(message: Report): void {
	process.send?.(message);
}

/** Of an event: when it was published. */
export const now = (): number => performance.timeOrigin + performance.now();
