const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * Stops cleanly on the first SIGINT or SIGTERM; a second one ends the process at once. Resolves when `stop` has
 * finished, by a signal or by a call of somebody else.
 */
export function stopOnSignals(stop: () => Promise<void>, stopped: Promise<void>): Promise<void> {
	let stopping = false;
	const onSignal = (signal: NodeJS.Signals): void => {
		if (stopping) process.exit(signal === "SIGINT" ? 130 : 143);
		stopping = true;
		void stop();
	};
	for (const signal of signals) process.on(signal, onSignal);
	return stopped.finally(() => {
		for (const signal of signals) process.off(signal, onSignal);
	});
}
