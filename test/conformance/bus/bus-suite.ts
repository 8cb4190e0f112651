import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Bus, BusEvent } from "../../../core/ports/bus.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { silentLogger } from "../../support/silent-logger.ts";

export interface BusUnderTest {
	/** Each connection is one process's; they share what lies between them. */
	readonly connect: (logger: Logger) => Promise<Bus>;
	/** Does an event reach the other connections? */
	readonly shared: boolean;
	/** May one event arrive as several? */
	readonly splits: boolean;
}

const valuesOf = (keys: readonly string[]): BusEvent => ({
	topic: "values",
	viewVersionId: 7,
	keys,
});

const keysOf = (events: readonly BusEvent[]): string[] =>
	events.flatMap((event) => (event.topic === "values" ? event.keys : []));

/** What every bus promises. Called within the `describe` of the bus. */
export function busSuite(underTest: BusUnderTest): void {
	let bus: Bus;
	let other: Bus;
	const connected: Bus[] = [];
	const connect = async (): Promise<Bus> => {
		const made = await underTest.connect(silentLogger);
		connected.push(made);
		return made;
	};

	beforeAll(async () => {
		bus = await connect();
		other = underTest.shared ? await connect() : bus;
	});

	// Where connecting failed as well: a hook that throws keeps those after it from stopping the broker.
	afterAll(async () => {
		for (const made of connected) await made.close();
	});

	test("an event reaches every listener of its topic, in this process and in others", async () => {
		const [here, again, there, elsewhere]: BusEvent[][] = [[], [], [], []];
		const stops = await Promise.all([
			bus.subscribe("run", (event) => here?.push(event)),
			bus.subscribe("run", (event) => again?.push(event)),
			other.subscribe("run", (event) => there?.push(event)),
			other.subscribe("alert", (event) => elsewhere?.push(event)),
		]);
		const event: BusEvent = { topic: "run", runId: "f2b1a0" };
		await bus.publish(event);
		await vi.waitFor(() => expect([here, again, there]).toEqual([[event], [event], [event]]), { timeout: 30_000 });
		expect(elsewhere).toEqual([]);
		for (const stop of stops) await stop();
	});

	test("a listener knows what its own process published", async () => {
		const [here, there]: boolean[][] = [[], []];
		const stop = await bus.subscribe("run", (_, isOwn) => here?.push(isOwn));
		const stopOther = await other.subscribe("run", (_, isOwn) => there?.push(isOwn));
		await bus.publish({ topic: "run", runId: "a0" });
		await vi.waitFor(() => expect([here, there]).toEqual([[true], [other === bus]]), { timeout: 30_000 });
		await stop();
		await stopOther();
	});

	test("what is published right after subscribing arrives", async () => {
		const events: BusEvent[] = [];
		const stop = await other.subscribe("registry", (event) => events.push(event));
		await bus.publish({ topic: "registry", project: "Flüge ✈", revision: "9007199254740993" });
		await vi.waitFor(
			() => expect(events).toEqual([{ topic: "registry", project: "Flüge ✈", revision: "9007199254740993" }]),
			{ timeout: 30_000 },
		);
		await stop();
	});

	test("nothing arrives after unsubscribing, and the others still listen", async () => {
		const [stopped, listening]: BusEvent[][] = [[], []];
		const stop = await bus.subscribe("alert", (event) => stopped?.push(event));
		const stopOther = await bus.subscribe("alert", (event) => listening?.push(event));
		await stop();
		await bus.publish({ topic: "alert", project: "default", sequence: "1" });
		await vi.waitFor(() => expect(listening).toHaveLength(1), { timeout: 30_000 });
		expect(stopped).toEqual([]);
		await stopOther();
	});

	test("events of one publisher arrive in order", async () => {
		const sequences: string[] = [];
		const stop = await other.subscribe("alert", ({ project, sequence }) => {
			if (project === "ordered") sequences.push(sequence);
		});
		const expected = Array.from({ length: 100 }, (_, index) => String(index));
		for (const sequence of expected) await bus.publish({ topic: "alert", project: "ordered", sequence });
		await vi.waitFor(() => expect(sequences).toEqual(expected), { timeout: 30_000 });
		await stop();
	});

	test("a listener that throws is logged and does not keep the others from the event", async () => {
		const errors: object[] = [];
		const failing = await underTest.connect({ ...silentLogger, error: (fields) => errors.push(fields) });
		const events: BusEvent[] = [];
		await failing.subscribe("run", () => {
			throw new Error("on purpose");
		});
		await failing.subscribe("run", (event) => events.push(event));
		await failing.publish({ topic: "run", runId: "1" });
		await vi.waitFor(() => expect(events).toHaveLength(1), { timeout: 30_000 });
		expect(errors).toHaveLength(1);
		await failing.close();
	});

	test("10,000 keys of one write all arrive, over as many messages as they take", async () => {
		const keys = Array.from({ length: 10_000 }, (_, index) => `driver=${index}ü`);
		const events: BusEvent[] = [];
		const stop = await other.subscribe("values", (event) => events.push(event));
		await bus.publish(valuesOf(keys));
		await vi.waitFor(() => expect(keysOf(events)).toEqual(keys), { timeout: 30_000 });
		expect(events.length > 1).toBe(underTest.splits);
		await stop();
	});

	describe("closed", () => {
		test("it answers no ping and takes no listener; publishing is lost without an error; closing again is nothing", async () => {
			const closed = await underTest.connect(silentLogger);
			await closed.ping();
			await closed.close();
			await closed.close();
			await closed.publish({ topic: "run", runId: "1" });
			await expect(closed.ping()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
			await expect(closed.subscribe("run", () => undefined)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
		});
	});
}
