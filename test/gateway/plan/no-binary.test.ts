import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { supergraphSdl } from "./graph.ts";

let copy = "";

/** The gateway beside all of its packages but the planner's, as on a platform that it has no binary for. */
beforeAll(async () => {
	copy = await mkdtemp(join(tmpdir(), "featuregraph-no-planner-"));
	await Promise.all(["core", "schema", "gateway"].map((room) => cp(room, join(copy, room), { recursive: true })));
	await cp("package.json", join(copy, "package.json"));
	await mkdir(join(copy, "node_modules"));
	const packages = (await readdir("node_modules")).filter((name) => name !== "@graphql-hive");
	await Promise.all(packages.map((name) => symlink(resolve("node_modules", name), join(copy, "node_modules", name))));
});
afterAll(() => rm(copy, { recursive: true, force: true }));

test("where the planner has no binary, the error names the platforms that it has one for", async () => {
	await writeFile(
		join(copy, "try.ts"),
		`import { defaultLimits } from "./gateway/limits.ts";
		import { Planner } from "./gateway/plan/planner.ts";
		const planner = new Planner(defaultLimits, { warn() {} } as never);
		for (let round = 0; round < 2; round += 1) {
			await planner.load(${JSON.stringify(supergraphSdl)}).catch(({ code, message, details }) => {
				console.log(JSON.stringify({ code, message, details }));
			});
		}
		await planner.close();`,
	);
	const { stdout } = await promisify(execFile)(process.execPath, ["try.ts"], { cwd: copy });
	const told = stdout.trim().split("\n");
	expect(told).toHaveLength(2);
	for (const line of told) {
		expect(JSON.parse(line)).toEqual({
			code: "UNSUPPORTED",
			message: expect.stringContaining(`does not run on ${process.platform}-${process.arch}: `),
			details: {
				name: "@graphql-hive/router-query-planner",
				hint: expect.stringMatching(/Linux with glibc \(x64, arm64; not Alpine\) or on macOS/),
			},
		});
	}
});
