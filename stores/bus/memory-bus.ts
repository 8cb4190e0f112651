import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Bus } from "../../core/ports/bus.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { createListeners } from "./listeners.ts";

/** A bus within one process. Events arrive after `publish` has returned to its caller, as from any other bus. */
export function createMemoryBus({ logger }: { readonly logger: Logger }): Bus {
	const listeners = createListeners(logger);
	let closed = false;
	return {
		name: "memory",
		async publish(event) {
			if (!closed) setImmediate(() => listeners.deliver(event, true));
		},
		async subscribe(topic, listener) {
			if (closed) throw new FeaturegraphError("STORE_UNAVAILABLE", "The bus is closed.");
			const remove = listeners.add(topic, listener);
			return async () => remove();
		},
		onConnection(listener) {
			listener(true);
			return () => {};
		},
		async ping() {
			if (closed) throw new FeaturegraphError("STORE_UNAVAILABLE", "The bus is closed.");
		},
		async close() {
			closed = true;
			listeners.clear();
		},
	};
}
