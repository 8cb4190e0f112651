import type { BusEvent } from "../../core/ports/bus.ts";
import type { Logger } from "../../core/ports/logger.ts";

const patienceMillis = 1000;
const mostUnderWay = 1000;

/**
 * Publishes so that nobody waits long for a bus that is away: after a second the event goes on by itself. Beyond so many on their
 * way, events are lost at once, which is what a bus may do in an outage.
 */
export function boundedPublish(
	send: (event: BusEvent) => Promise<unknown>,
	logger: Logger,
): (event: BusEvent) => Promise<void> {
	let underWay = 0;
	return async (event) => {
		if (underWay >= mostUnderWay) {
			logger.warn({ topic: event.topic, underWay }, "An event could not be published: too many wait for the bus");
			return;
		}
		underWay += 1;
		const sent = send(event)
			.catch((error: unknown) => logger.warn({ err: error, topic: event.topic }, "An event could not be published"))
			.finally(() => {
				underWay -= 1;
			});
		const late = Promise.withResolvers<void>();
		const timer = setTimeout(late.resolve, patienceMillis);
		await Promise.race([sent, late.promise]);
		clearTimeout(timer);
	};
}
