import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../support/command-line.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../support/server.ts";

let folder: TemporaryFolder;
let server: TestServer;
beforeAll(async () => {
	folder = await temporaryFolder();
	const manifest = join(folder.path, "documents.json");
	const text = "query Tips($id: Int64!) { entities { driver(driverId: $id) { features { trips { tip } } } } }";
	await writeFile(manifest, JSON.stringify({ tips: text }));
	server = await startServer({ folder: folder.path, env: { FEATUREGRAPH_TRUSTED_DOCUMENTS: manifest } });
}, 120_000);
afterAll(async () => {
	await server.stop();
	await folder.remove();
});

async function apply(features: string, ...args: readonly string[]) {
	const definitions = join(folder.path, "definitions");
	await mkdir(definitions, { recursive: true });
	await writeFile(
		join(definitions, "features.yaml"),
		`
entities:
  driver: { joinKeys: { driver_id: int64 } }
sources:
  pushed: { push: {}, eventTime: at, columns: { driver_id: int64, at: timestamp, fare: float64, tip: float64 } }
views:
  trips: { entities: [driver], source: pushed, ttl: 7d, features: ${features} }
`,
	);
	return runCommand(["--url", server.url, "apply", definitions, "--yes", ...args], { cwd: folder.path });
}

async function serves(field: string): Promise<boolean> {
	const response = await fetch(`${server.url}/graphql`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ query: `{ __type(name: "TripsRow") { fields { name } } }` }),
	});
	const { data } = (await response.json()) as { data: { __type: { fields: { name: string }[] } | null } };
	return data.__type?.fields.some(({ name }) => name === field) ?? false;
}

describe("an apply through the gateway", () => {
	it("is refused where a trusted document would break, and the running graph stays; --force applies all the same", async () => {
		expect((await apply("{ fare: float64, tip: float64 }")).code).toBe(0);
		expect(await serves("tip")).toBe(true);

		const refused = await apply("{ fare: float64 }");
		expect(refused.code).toBe(1);
		expect(refused.stderr).toMatch(/The trusted document "tips" would break.*"tip".*\(GRAPH_BREAKS_DOCUMENTS\)/s);
		expect(refused.stderr).toContain("--force");
		expect(await serves("tip")).toBe(true);

		expect(await apply("{ fare: float64 }", "--force")).toMatchObject({ code: 0 });
		expect(await serves("tip")).toBe(false);
	});
});
