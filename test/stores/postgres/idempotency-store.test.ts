import { beforeAll, describe, expect, it } from "vitest";
import type { IdempotencyStore } from "../../../core/ports/idempotency-store.ts";
import { postgresIdempotencyStore } from "../../../stores/postgres/idempotency/idempotency-store.ts";
import { testDatabase } from "../../support/database.ts";

describe("idempotency keys in PostgreSQL", () => {
	const test = testDatabase({ maxConnections: 2 });
	let now = 1_000_000_000_000n;
	let store: IdempotencyStore;
	beforeAll(() => {
		store = postgresIdempotencyStore(test.database, { now: () => now });
	});

	it("answer every call of one key as the first, with fewer connections than callers", async () => {
		let made = 0;
		const make = async () => {
			made++;
			await test.database.pool.query("SELECT pg_sleep(0.05)");
			return `answer ${made}`;
		};
		const answers = await Promise.all(
			Array.from({ length: 6 }, () =>
				store.once({ project: "p", mutation: "materialize", principal: "ann" }, "k", make),
			),
		);
		expect(new Set(answers)).toEqual(new Set(["answer 1"]));
		expect(await store.once({ project: "p", mutation: "push", principal: "ann" }, "k", make)).toBe("answer 2");
		expect(await store.once({ project: "p", mutation: "materialize", principal: "bob" }, "k", make)).toBe("answer 3");
		expect(await store.once({ project: "other", mutation: "materialize", principal: "ann" }, "k", make)).toBe(
			"answer 4",
		);
	});

	it("keep nothing of a call that failed", async () => {
		await expect(
			store.once({ project: "p", mutation: "m", principal: "ann" }, "f", () => Promise.reject(new Error("no"))),
		).rejects.toThrow("no");
		expect(await store.once({ project: "p", mutation: "m", principal: "ann" }, "f", async () => "yes")).toBe("yes");
	});

	it("are forgotten after 24 hours, also when nobody cleans up", async () => {
		expect(await store.once({ project: "p", mutation: "m", principal: "ann" }, "old", async () => 1)).toBe(1);
		now += 25n * 3_600_000_000n;
		expect(await store.once({ project: "p", mutation: "m", principal: "ann" }, "old", async () => 2)).toBe(2);
		expect(await store.expire(now - 24n * 3_600_000_000n, 2)).toBe(2);
	});
});
