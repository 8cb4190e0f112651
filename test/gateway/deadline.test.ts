import { afterEach, describe, expect, it } from "vitest";
import { deadlines } from "../../gateway/deadline.ts";
import type { Endable } from "../../gateway/endable.ts";
import { type Running, startGateway } from "./support/gateway.ts";

let running: Running | undefined;
afterEach(async () => {
	await running?.gateway.close();
	running = undefined;
});

const never = new AbortController();

describe("the time of an operation", () => {
	it("is over with an error that says so, and with what else is known", async () => {
		running = await startGateway({ limits: { operationMillis: 1_000 } });
		const { data, errors } = await running.post("{ slow(millis: 60000) whoAmI }");
		expect(errors).toMatchObject([
			{ message: "The operation took longer than 1000 ms.", extensions: { code: "DEADLINE_EXCEEDED" } },
		]);
		expect(data?.["slow"] ?? null).toBeNull();
		expect((await running.post("{ whoAmI }")).data).toEqual({ whoAmI: "anonymous" });
	});

	it("ends its signal with the error, and takes what is completed then", async () => {
		const run = ({ signal }: Endable) =>
			new Promise<string>((resolve) => {
				signal.addEventListener("abort", () => resolve((signal.reason as Error).message));
			});
		expect(await deadlines({ millis: 5 })(run, never)).toBe("The operation took longer than 5 ms.");
	});

	it("is over also for what does not heed its signal", async () => {
		const run = () => new Promise<never>(() => undefined);
		const late = deadlines({ millis: 5, graceMillis: 5 })(run, never);
		await expect(late).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
	});

	it("ends with the client's, for the client's reason", async () => {
		const client = new AbortController();
		const seen: AbortSignal[] = [];
		const run = async ({ signal }: Endable) => void seen.push(signal);
		const withDeadline = deadlines({ millis: 60_000 });
		await withDeadline(run, { signal: AbortSignal.abort("gone") });
		const ran = withDeadline(
			({ signal }) => new Promise<unknown>((resolve) => signal.addEventListener("abort", () => resolve(signal.reason))),
			client,
		);
		client.abort("left");
		expect(await ran).toBe("left");
		expect(seen[0]?.reason).toBe("gone");
	});

	it("leaves the caller's signal unread where nobody asks for its own", async () => {
		const caller = {
			get signal(): AbortSignal {
				throw new Error("It was read");
			},
		};
		expect(await deadlines({ millis: 60_000 })(async () => "done", caller)).toBe("done");
	});

	it("listens to the caller no longer than it runs", async () => {
		const client = new AbortController();
		const seen: AbortSignal[] = [];
		await deadlines({ millis: 60_000 })(async ({ signal }) => void seen.push(signal), client);
		client.abort("left");
		expect(seen[0]?.aborted).toBe(false);
	});

	it("has ended for who asks for its signal after it did", async () => {
		const asked = Promise.withResolvers<Endable>();
		const late = deadlines({ millis: 5, graceMillis: 60_000 })(async (until) => {
			await expect.poll(() => until.signal.aborted).toBe(true);
			asked.resolve(until);
			return "late";
		}, never);
		expect((await asked.promise).signal.reason).toMatchObject({ code: "DEADLINE_EXCEEDED" });
		expect(await late).toBe("late");
	});
});
