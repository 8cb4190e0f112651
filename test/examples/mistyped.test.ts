import { execFile } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const programs = new URL("../../examples/flights/", import.meta.url);

/** What a program that does not start says, and its exit code. */
async function refused(program: string, ...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
	const running = promisify(execFile)(process.execPath, [fileURLToPath(new URL(program, programs)), ...args]);
	try {
		await running;
	} catch (error) {
		return error as { code: unknown; stdout: string; stderr: string };
	}
	throw new Error("it started");
}

describe("the examples, mistyped", () => {
	it.each([
		["an unknown option", ["--confg", "x.yaml"], "--config FILE"],
		["a file of settings that is not there", ["--config", "not-there.yaml"], "not-there.yaml cannot be read"],
	])("%s ends the demo before it does anything, without a stack", async (_case, args, told) => {
		const { code, stdout, stderr } = await refused("demo/main.ts", ...args);
		expect(code).toBe(1);
		expect(stderr).toContain(told);
		expect(stderr).not.toMatch(/^\s+at /m);
		expect(stdout).toBe("");
	});

	it("a port that is taken is told, with how to take another one", async () => {
		const other = createServer().listen(0, "127.0.0.1");
		await once(other, "listening");
		const { port } = other.address() as AddressInfo;
		const { code, stderr } = await refused("airports-subgraph/main.ts", "--port", String(port));
		other.close();
		expect(code).toBe(1);
		expect(stderr).toContain("--port NUMBER");
		expect(stderr).not.toMatch(/^\s+at /m);
	});
});
