import { Writable } from "node:stream";
import { Client } from "pg";
import { describe, expect, it } from "vitest";
import { createLogger } from "../../app/logging.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { testDatabase } from "../support/database.ts";

const test = testDatabase();

function lineOf(error: unknown): string {
	const lines: string[] = [];
	const sink = new Writable({
		write(chunk, _encoding, done) {
			lines.push(String(chunk));
			done();
		},
	});
	createLogger("info", sink).error({ err: error }, "It failed");
	return lines.join("");
}

const logged = (error: unknown) => (JSON.parse(lineOf(error)) as { err: Record<string, unknown> }).err;

function unreadable(url: string): unknown {
	try {
		return new URL(url);
	} catch (error) {
		return error;
	}
}

describe("an error in the log", () => {
	it("does not take along the connection that a driver has hung on it", async () => {
		const client = new Client({ connectionString: test.url });
		await client.connect();
		const error = await client.query("SELECT 1 / 0").catch((failure: unknown) => failure);
		await client.end();
		const line = lineOf(Object.assign(error as Error, { client, url: "postgres://u:hush@host/db" }));
		expect(JSON.parse(line)).toMatchObject({ err: { type: "error", message: "division by zero", code: "22012" } });
		expect(line).not.toContain("secretKey");
		expect(line).not.toContain("hush");
	});

	it("does not take along the address that could not be read, with what stands in it", () => {
		const error = new TypeError("The store is not configured", { cause: unreadable("redis://u:hush@ host") });
		expect(lineOf(error)).toContain("ERR_INVALID_URL");
		expect(lineOf(error)).not.toContain("hush");
	});

	it("tells its causes, its details and the first of many", () => {
		const inner = new FeaturegraphError("UNKNOWN_VIEW", "There is no such view.", { name: "a", nearest: ["b"] });
		const many = new AggregateError([new Error("one"), new TypeError("two")], "both");
		expect(logged(new Error("outer", { cause: inner }))).toMatchObject({
			message: "outer",
			cause: { type: "FeaturegraphError", code: "UNKNOWN_VIEW", details: { name: "a", nearest: ["b"] } },
		});
		expect(logged(many)).toMatchObject({ message: "both", errors: [{ message: "one" }, { type: "TypeError" }] });
		expect(logged("a text")).toBe("a text");
	});

	it("ends where causes go in a circle", () => {
		const error = new Error("round");
		error.cause = error;
		expect(logged(error)).toMatchObject({ message: "round", cause: { message: "round" } });
	});
});
