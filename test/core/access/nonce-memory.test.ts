import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NonceMemory } from "../../../core/access/nonce-memory.ts";

const windowMillis = 60_000;
const start = 1_790_000_000_000;

describe("the memory of nonces", () => {
	it("stays within its limit, admits what is new and nothing twice", () => {
		const request = fc.integer({ min: 0, max: 40 });
		fc.assert(
			fc.property(fc.array(request, { maxLength: 200 }), (requests) => {
				const memory = new NonceMemory({ limit: 10, windowMillis });
				const admitted = new Set<string>();
				for (const [index, nonce] of requests.entries()) {
					const now = start + index * 100;
					// A nonce always comes with the same time: both are signed.
					const time = start - nonce * 500;
					if (!memory.admit(`n${nonce}`, time, now)) continue;
					expect(admitted).not.toContain(`n${nonce}`);
					admitted.add(`n${nonce}`);
					expect(memory.size).toBeLessThanOrEqual(10);
				}
			}),
		);
	});

	it("always admits what is signed now, however full it is", () => {
		const memory = new NonceMemory({ limit: 3, windowMillis });
		for (let index = 0; index < 100; index += 1) {
			const time = start + index * 1000;
			expect(memory.admit(`n${index}`, time, time)).toBe(true);
		}
		expect(memory.size).toBe(3);
	});

	it("forgets what is past its window", () => {
		const memory = new NonceMemory({ limit: 100, windowMillis });
		memory.admit("a", start, start);
		memory.admit("b", start + 61_000, start + 61_000);
		expect(memory.size).toBe(1);
	});

	it("is not put out by a clock that jumps ahead and back", () => {
		const memory = new NonceMemory({ limit: 100, windowMillis });
		memory.admit("a", start + 3_600_000, start + 3_600_000);
		expect(memory.admit("b", start, start)).toBe(true);
	});
});
