import { z } from "zod";
import type { BusEvent } from "../../core/ports/bus.ts";
import { parseJson } from "../../core/values/parse-json.ts";

const eventSchema = z.discriminatedUnion("topic", [
	z.object({ topic: z.literal("registry"), project: z.string(), revision: z.string() }),
	z.object({ topic: z.literal("alert"), project: z.string(), sequence: z.string() }),
	z.object({ topic: z.literal("run"), runId: z.string() }),
	z.object({ topic: z.literal("values"), viewVersionId: z.number(), keys: z.array(z.string()) }),
]);

/**
 * The messages that carry an event, each of at most `limitBytes`. Only `values` grows: its keys go over several
 * messages; where one key alone is too long the message has none, which stands for all of the view version.
 */
export function encodeEvent(event: BusEvent, limitBytes: number): string[] {
	const whole = JSON.stringify(event);
	if (Buffer.byteLength(whole) <= limitBytes) return [whole];
	if (event.topic !== "values" || event.keys.length === 0) {
		throw new RangeError(`An event of topic "${event.topic}" has more than ${limitBytes} bytes`);
	}
	if (event.keys.length === 1) return encodeEvent({ ...event, keys: [] }, limitBytes);
	const half = event.keys.length >> 1;
	return [
		...encodeEvent({ ...event, keys: event.keys.slice(0, half) }, limitBytes),
		...encodeEvent({ ...event, keys: event.keys.slice(half) }, limitBytes),
	];
}

/** The event of a message; null for one that is not ours, or of a later release. */
export function decodeEvent(message: string): BusEvent | null {
	try {
		return eventSchema.parse(parseJson(message));
	} catch {
		return null;
	}
}
