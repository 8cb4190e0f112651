import { describe, expect, it } from "vitest";
import { follow } from "../../../services/follow/follow.ts";

function counter(pollMs: number) {
	const state = { value: 0, sent: 0, wake: () => {}, stopped: 0, reads: 0 };
	const start = () =>
		follow<number>({
			subscribe: async (wake) => {
				state.wake = wake;
				return async () => {
					state.stopped++;
				};
			},
			read: async () => {
				state.reads++;
				const items = state.value > state.sent ? [state.value] : [];
				state.sent = state.value;
				return { items, done: state.value >= 10 };
			},
			pollMs,
		});
	return { state, start };
}

describe("following", () => {
	it("is woken, gives a slow reader the latest, and ends after the last", async () => {
		const { state, start } = counter(60_000);
		const iterator = await start();
		state.value = 1;
		expect(await iterator.next()).toEqual({ done: false, value: 1 });
		const next = iterator.next();
		for (const value of [2, 3, 4]) state.value = value;
		state.wake();
		expect(await next).toEqual({ done: false, value: 4 });
		state.value = 10;
		state.wake();
		expect(await iterator.next()).toEqual({ done: false, value: 10 });
		expect(await iterator.next()).toEqual({ done: true, value: undefined });
		expect(state.stopped).toBe(1);
	});

	it("looks by itself when nobody wakes it", async () => {
		const { state, start } = counter(10);
		const iterator = await start();
		const next = iterator.next();
		state.value = 3;
		expect(await next).toEqual({ done: false, value: 3 });
		await iterator.return?.();
	});

	it("ends at once when its reader goes, even while it waits", async () => {
		const { state, start } = counter(60_000);
		const iterator = await start();
		const waiting = iterator.next();
		await new Promise((resolve) => setTimeout(resolve, 5));
		await iterator.return?.();
		expect(await waiting).toEqual({ done: true, value: undefined });
		expect(state.stopped).toBe(1);
	});

	it("stops listening when a read fails", async () => {
		let stopped = 0;
		const iterator = await follow({
			subscribe: async () => async () => {
				stopped++;
			},
			read: () => Promise.reject(new Error("gone")),
			pollMs: 10,
		});
		await expect(iterator.next()).rejects.toThrow("gone");
		expect(stopped).toBe(1);
	});
});
