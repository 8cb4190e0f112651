import type { BusEvent, BusListener, BusTopic } from "../../core/ports/bus.ts";
import type { Logger } from "../../core/ports/logger.ts";

type Listener = (event: BusEvent, isOwn: boolean) => void;

export interface Listeners {
	/** Returns how to remove it. */
	add<T extends BusTopic>(topic: T, listener: BusListener<T>): () => void;
	/** Calls every listener of the topic. One that throws does not keep the others from it. */
	deliver(event: BusEvent, isOwn: boolean): void;
	clear(): void;
}

/** Who listens in this process. */
export function createListeners(logger: Logger): Listeners {
	const byTopic = new Map<BusTopic, Set<Listener>>();
	return {
		add(topic, listener) {
			// A function of its own per call: the same listener may be added twice and removed once.
			const call: Listener = (event, isOwn) => listener(event as Parameters<typeof listener>[0], isOwn);
			const present = byTopic.get(topic) ?? new Set();
			byTopic.set(topic, present.add(call));
			return () => present.delete(call);
		},
		deliver(event, isOwn) {
			for (const listener of byTopic.get(event.topic) ?? []) {
				try {
					listener(event, isOwn);
				} catch (error) {
					logger.error({ err: error, topic: event.topic }, "A listener of the bus failed");
				}
			}
		},
		clear: () => byTopic.clear(),
	};
}
