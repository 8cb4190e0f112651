import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Running, startGateway } from "../gateway/support/gateway.ts";

const entry = fileURLToPath(new URL("../../cli/featuregraph.ts", import.meta.url));
let running: Running;
let folder: string;
let file: string;
beforeAll(async () => {
	running = await startGateway();
	folder = await mkdtemp(join(tmpdir(), "featuregraph-explain-"));
	file = join(folder, "query.graphql");
	await writeFile(file, "query Values($id: ID!) { thing(id: $id) { name value broken } }");
});
afterAll(async () => {
	await running.gateway.close();
	await rm(folder, { recursive: true });
});

async function explain(
	...args: string[]
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
	const child = spawn(process.execPath, [entry, "--url", running.url, ...args], {
		env: { PATH: process.env["PATH"], NO_COLOR: "1" },
	});
	const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
	const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
	return { code: await exited, out, err };
}

describe("featuregraph explain", () => {
	test("shows what was asked of whom, and what it took", async () => {
		const { code, out } = await explain("explain", file, "--variables", '{"id":"2"}');
		expect(code).toBe(0);
		expect(out).toMatch(/^Executed in [\d.]+ ms\none after the other\n {2}registry {2}[\d.]+ ms, \d+ bytes\n/);
		expect(out).toMatch(/\n {2}serving at thing {2}[\d.]+ ms, 1 entity, \d+ bytes, 1 error\n/);
		expect(out).toContain("│");
		expect(out).not.toContain('"2"');
	});

	test("plans alone, and as JSON", async () => {
		const { code, out } = await explain(
			"--json",
			"explain",
			file,
			"--plan",
			"--variables",
			'{"id":"2"}',
			"--show-variables",
		);
		expect(code).toBe(0);
		expect(JSON.parse(out)).toMatchObject({
			mode: "plan",
			variables: { id: "2" },
			plan: { node: "sequence", steps: [{ service: "registry" }, { service: "serving", path: "thing" }] },
		});
	});

	test("tells what is wrong with the query", async () => {
		const broken = join(folder, "broken.graphql");
		await writeFile(broken, "{ thing { nam } }");
		const { code, err } = await explain("explain", broken);
		expect(code).toBe(1);
		expect(err).toContain("GRAPHQL_VALIDATION_FAILED");
	});
});
