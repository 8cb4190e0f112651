import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { retention } from "../../jobs/retention.ts";
import { testDatabase } from "../support/database.ts";
import { type RunHouse, runHouse } from "../support/run-house.ts";
import { storeViews } from "../support/stored-view.ts";

const start = 1_704_067_200_000_000n;
const hour = 3_600_000_000n;
const never = new AbortController().signal;

const test = testDatabase();
let house: RunHouse;
beforeAll(async () => {
	house = await runHouse(test.database, start);
});
afterAll(() => house.close());

it("frees expired online values and forgets answers and unused uploads of yesterday, and nothing else", async () => {
	const write = (name: string, expiresAt: bigint | null) => ({
		key: Buffer.from(name),
		value: Buffer.from("some bytes behind a header"),
		expiresAt,
	});
	await house.online.write([write("short", start + hour), write("long", start + 90n * hour), write("ever", null)]);
	const { projectId } = await storeViews(test.database, "default", ["view"]);
	const [unused, used] = [randomUUID(), randomUUID()];
	for (const id of [unused, used]) {
		const by = { createdAt: start, createdBy: "test", expected: null, receivedAt: null, byteCount: null };
		await house.uploads.create({ id, projectId, project: "default", format: "CSV", ...by }, 10);
		await house.incoming.append(id, 0, Readable.from(["0123456789"]), 100);
	}
	await house.uploads.use(used, start);
	const answer = (text: string) =>
		house.idempotency.once({ project: "default", mutation: "push", principal: "ann" }, "key", async () => text);
	await answer("first");

	await retention(house, never);
	expect(await answer("second")).toBe("first");
	expect(await house.uploads.get(unused)).not.toBeNull();

	house.time.now = start + 25n * hour;
	await retention(house, never);
	// Nothing is left to free: the retention has done it.
	expect(await house.online.sweep()).toBe(0);
	const values = await house.online.read(["short", "long", "ever"].map((name) => Buffer.from(name)));
	expect(values.map((value) => value !== null)).toEqual([false, true, true]);
	expect(await house.uploads.get(unused)).toBeNull();
	expect([await house.incoming.received(unused), await house.incoming.received(used)]).toEqual([0, 10]);
	expect(await house.uploads.get(used)).not.toBeNull();
	expect(await answer("third")).toBe("third");
});
