import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { component } from "../support/component.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../support/server.ts";

const client = fileURLToPath(new URL("../../clients/python", import.meta.url));
const installed = fileURLToPath(new URL("../../.cache/python/bin", import.meta.url));
const run = promisify(execFile);
const several = 240_000;

/** The client's own tests, against a running server. `scripts/fetch-python-packages.sh` installs what they need. */
const python = component("pytest", [installed]);
describe.skipIf(python.missing)(`the Python client${python.reason}`, () => {
	let folder: TemporaryFolder;
	let server: TestServer;
	beforeAll(async () => {
		folder = await temporaryFolder();
		server = await startServer({
			folder: folder.path,
			env: {
				FEATUREGRAPH_FRESHNESS_GRACE_SECONDS: "0",
				FEATUREGRAPH_FRESHNESS_INTERVAL_SECONDS: "1",
				FEATUREGRAPH_LIMIT_TRAINING_SET_SHARD_ROWS: "2000",
				FEATUREGRAPH_LIMIT_TRAINING_SET_FILE_BYTES: "1",
			},
		});
	});
	afterAll(async () => {
		await server.stop();
		await folder.remove();
	});

	it(
		"passes its tests with pandas, polars and pyarrow",
		async () => {
			const { stdout } = await run(python.path, ["-p", "no:cacheprovider"], {
				cwd: client,
				env: { ...process.env, FEATUREGRAPH_URL: server.url },
			}).catch((error: unknown) => {
				throw new Error((error as { readonly stdout: string }).stdout);
			});
			expect(stdout).toMatch(/\d+ passed/);
			expect(stdout).not.toMatch(/skipped|failed/);
		},
		several,
	);

	it(
		"has a tour that runs as it is written",
		async () => {
			const page = await readFile(fileURLToPath(new URL("../../docs/python-tour.md", import.meta.url)), "utf8");
			const cells = [...page.matchAll(/^```python tour\n(.*?)^```/gms)].map(([, cell = ""]) => cell);
			const file = join(folder.path, "tour.py");
			await writeFile(file, cells.join("\n"));
			const { stdout } = await run(component("python", [installed]).path, [file], {
				cwd: folder.path,
				env: { ...process.env, FEATUREGRAPH_URL: server.url },
			});
			expect(stdout).toContain("+ feature service offer_model");
			expect(stdout).toContain("Nearest: last_trip:fare");
		},
		several,
	);

	it.each([
		["mypy", ["--strict", "--cache-dir", fileURLToPath(new URL("../../.cache/mypy", import.meta.url))]],
		["ruff", ["check", "--no-cache", "src", "tests"]],
		["ruff", ["format", "--no-cache", "--check", "src", "tests"]],
	])(
		"%s %j finds nothing",
		async (program, args) => {
			await run(component(program, [installed]).path, args, { cwd: client }).catch((error: unknown) => {
				throw new Error((error as { readonly stdout: string }).stdout);
			});
		},
		several,
	);
});
