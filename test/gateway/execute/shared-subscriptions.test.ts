import type { ExecutionResult } from "graphql";
import { describe, expect, it } from "vitest";
import { SharedSubscriptions } from "../../../gateway/execute/shared-subscriptions.ts";

/** A source by hand: what it was asked, and what it gives. */
class Source {
	asked = 0;
	ended = false;
	readonly #waiting: PromiseWithResolvers<IteratorResult<ExecutionResult, void>>[] = [];
	readonly #given: ExecutionResult[] = [];

	readonly begin = async (signal: AbortSignal): Promise<AsyncGenerator<ExecutionResult, void, void>> => {
		signal.addEventListener("abort", () => this.#end());
		return this.#events();
	};

	give(n: number): void {
		const waiting = this.#waiting.shift();
		if (waiting === undefined) this.#given.push({ data: { n } });
		else waiting.resolve({ done: false, value: { data: { n } } });
	}

	fail(message: string): void {
		this.#waiting.shift()?.reject(new Error(message));
	}

	#end(): void {
		this.ended = true;
		for (const waiting of this.#waiting.splice(0)) waiting.resolve({ done: true, value: undefined });
	}

	#events(): AsyncGenerator<ExecutionResult, void, void> {
		const end = async (): Promise<IteratorResult<ExecutionResult, void>> => {
			this.#end();
			return { done: true, value: undefined };
		};
		return {
			next: () => {
				this.asked += 1;
				const given = this.#given.shift();
				if (given !== undefined) return Promise.resolve({ done: false, value: given });
				const waiting = Promise.withResolvers<IteratorResult<ExecutionResult, void>>();
				this.#waiting.push(waiting);
				return waiting.promise;
			},
			return: end,
			throw: end,
			[Symbol.asyncIterator]() {
				return this;
			},
			async [Symbol.asyncDispose]() {
				await end();
			},
		};
	}
}

async function follow(shared: SharedSubscriptions, source: Source, key = "key") {
	const events = await shared.follow(key, source.begin);
	if (!(Symbol.asyncIterator in events)) throw new Error("It did not begin");
	return events;
}

const value = (n: number) => ({ done: false, value: { data: { n } } });
const done = { done: true, value: undefined };

describe("equal subscriptions", () => {
	it("share one source, and get the same object of every event", async () => {
		const shared = new SharedSubscriptions({ bufferedEvents: 10 });
		const [source, unused] = [new Source(), new Source()];
		const a = await follow(shared, source);
		const b = await follow(shared, unused);
		const [first, second] = [a.next(), b.next()];
		source.give(1);
		expect(await first).toEqual(value(1));
		expect((await first).value).toBe((await second).value);
		expect(unused.asked).toBe(0);
	});

	it("that come after the first event get a source of their own", async () => {
		const shared = new SharedSubscriptions({ bufferedEvents: 10 });
		const [source, later] = [new Source(), new Source()];
		const a = await follow(shared, source);
		source.give(1);
		await a.next();
		const b = await follow(shared, later);
		const next = b.next();
		later.give(7);
		expect(await next).toEqual(value(7));
	});

	it("with other keys share nothing", async () => {
		const shared = new SharedSubscriptions({ bufferedEvents: 10 });
		const [one, other] = [new Source(), new Source()];
		void (await follow(shared, one, "one")).next();
		void (await follow(shared, other, "other")).next();
		await expect.poll(() => [one.asked, other.asked]).toEqual([1, 1]);
	});

	it("ask the source for nothing that none of them waits for", async () => {
		const shared = new SharedSubscriptions({ bufferedEvents: 10 });
		const source = new Source();
		const a = await follow(shared, source);
		for (const n of [1, 2, 3]) source.give(n);
		await a.next();
		expect(source.asked).toBe(1);
		await a.next();
		expect(source.asked).toBe(2);
	});

	it("do not wait for a slow one, which is told and let go", async () => {
		const shared = new SharedSubscriptions({ bufferedEvents: 3 });
		const source = new Source();
		const quick = await follow(shared, source);
		const slow = await follow(shared, source);
		for (let n = 0; n < 10; n++) {
			source.give(n);
			expect(await quick.next()).toEqual(value(n));
		}
		expect(await slow.next()).toMatchObject({
			value: {
				errors: [{ message: expect.stringContaining("3 events") as string, extensions: { code: "LIMIT_EXCEEDED" } }],
			},
		});
		expect(await slow.next()).toEqual(done);
		expect(source.ended).toBe(false);
	});

	it("let a slow one read what it has where it catches up in time", async () => {
		const shared = new SharedSubscriptions({ bufferedEvents: 3 });
		const source = new Source();
		const quick = await follow(shared, source);
		const slow = await follow(shared, source);
		for (const n of [1, 2, 3]) {
			source.give(n);
			await quick.next();
		}
		for (const n of [1, 2, 3]) expect(await slow.next()).toEqual(value(n));
	});

	it("end their source when the last of them leaves", async () => {
		const shared = new SharedSubscriptions({ bufferedEvents: 10 });
		const source = new Source();
		const [a, b] = [await follow(shared, source), await follow(shared, source)];
		const waiting = a.next();
		await a.return();
		expect(await waiting).toEqual(done);
		expect(source.ended).toBe(false);
		await b.return();
		await expect.poll(() => source.ended).toBe(true);
		expect(await b.next()).toEqual(done);
	});

	it("all hear of a source that fails, or ends", async () => {
		const shared = new SharedSubscriptions({ bufferedEvents: 10 });
		const source = new Source();
		const [a, b] = [await follow(shared, source), await follow(shared, source)];
		const both = [a.next(), b.next()];
		await expect.poll(() => source.asked).toBe(1);
		source.fail("broken");
		for (const next of both) await expect(next).rejects.toThrow("broken");
		expect(await a.next()).toEqual(done);
	});

	it("all hear of one that could not begin, and the next one tries anew", async () => {
		const shared = new SharedSubscriptions({ bufferedEvents: 10 });
		const refused = { errors: [] };
		expect(await shared.follow("key", async () => refused)).toBe(refused);
		await expect(shared.follow("key", () => Promise.reject(new Error("down")))).rejects.toThrow("down");
		const source = new Source();
		const a = await follow(shared, source);
		source.give(1);
		expect(await a.next()).toEqual(value(1));
	});
});
