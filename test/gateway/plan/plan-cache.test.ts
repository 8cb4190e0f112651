import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import { PlanCache } from "../../../gateway/plan/plan-cache.ts";
import { planKey } from "../../../gateway/plan/plan-key.ts";

describe("the plan cache", () => {
	it("gives what it holds at once, not as a promise", async () => {
		const cache = new PlanCache<{ n: number }>(10);
		const made = cache.get("a", async () => ({ n: 1 }));
		expect(made).toBeInstanceOf(Promise);
		const value = await made;
		expect(cache.get("a", () => Promise.reject(new Error("made again")))).toBe(value);
	});

	it("makes a thing once for all that ask for it at once", async () => {
		const cache = new PlanCache<{ n: number }>(10);
		const gate = Promise.withResolvers<void>();
		let made = 0;
		const make = async () => {
			made += 1;
			await gate.promise;
			return { n: made };
		};
		const asked = [cache.get("a", make), cache.get("a", make), cache.get("b", make)];
		gate.resolve();
		const [first, second, other] = await Promise.all(asked.map(async (each) => each));
		expect(first).toBe(second);
		expect(other).not.toBe(first);
		expect(made).toBe(2);
	});

	it("keeps no failure, whoever waits for it", async () => {
		const cache = new PlanCache<{ n: number }>(10);
		const failing = () => Promise.reject(new Error("no plan"));
		const settled = await Promise.allSettled([cache.get("a", failing), cache.get("a", failing)]);
		expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
		expect(await cache.get("a", async () => ({ n: 2 }))).toEqual({ n: 2 });
		const thrown = () => {
			throw new Error("at once");
		};
		await expect(cache.get("b", thrown)).rejects.toThrow("at once");
		expect(await cache.get("b", async () => ({ n: 3 }))).toEqual({ n: 3 });
	});

	it("is bounded, and forgets what was not used for longest", async () => {
		const cache = new PlanCache<{ n: number }>(3);
		for (let n = 0; n < 3; n += 1) await cache.get(String(n), async () => ({ n }));
		await cache.get("0", () => Promise.reject(new Error("made again")));
		await cache.get("3", async () => ({ n: 3 }));
		const made: string[] = [];
		for (const key of ["3", "0", "2", "1"]) {
			await cache.get(key, async () => {
				made.push(key);
				return { n: -1 };
			});
		}
		expect(made).toEqual(["1"]);
	});
});

describe("the key of a plan", () => {
	const document = parse("query A { a } query B { b }");
	const parts = { document, operationName: "A", override: "0", withheld: "" };

	it("is the same for the same text", () => {
		expect(planKey({ ...parts, document: parse("query A { a } query B { b }") })).toBe(planKey(parts));
		expect(planKey({ ...parts, document: parse("{ a }", { noLocation: true }) })).toBe(
			planKey({ ...parts, document: parse("{ a }", { noLocation: true }) }),
		);
	});

	it("differs by each of its parts", () => {
		const keys = [
			parts,
			{ ...parts, document: parse("query A { a } query B { c }") },
			// The same to a client, and yet another text: nothing is normalised.
			{ ...parts, document: parse("query A { a }  query B { b }") },
			{ ...parts, operationName: "B" },
			{ ...parts, operationName: null },
			{ ...parts, override: "1" },
			{ ...parts, withheld: "a" },
			{ ...parts, withheld: "-a" },
			{ ...parts, conditions: "a" },
		].map(planKey);
		expect(new Set(keys).size).toBe(keys.length);
	});
});
