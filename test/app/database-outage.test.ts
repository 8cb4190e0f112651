import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { applyDefinitions, ask, data } from "../support/graphql-client.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../support/server.ts";

const definitions = `
entities: { driver: { joinKeys: { driver_id: int64 } } }
sources:
  trips: { push: {}, eventTime: at, columns: { driver_id: int64, at: timestamp, fare: float64 } }
views:
  last_trip: { entities: [driver], source: trips, features: { fare: float64 } }
`;
const push =
	'mutation { push(input: { into: { source: "trips" }, rows: [{ driver_id: 1, at: "2024-01-01T00:00:00Z", fare: 1.5 }] }) { accepted } }';
const read = '{ onlineFeatures(select: { features: ["last_trip:fare"] }, entities: [{ driver_id: 1 }]) { rowCount } }';
const list = "{ trainingSets(first: 1) { edges { cursor } } }";

let folder: TemporaryFolder;
let server: TestServer;
let postmaster: number;
let endDatabase = async (): Promise<void> => undefined;

/** A PostgreSQL of this test's own: the others' must not be stopped. */
beforeAll(async () => {
	folder = await temporaryFolder();
	const holder = fileURLToPath(new URL("../support/embedded-postgres.ts", import.meta.url));
	const child = spawn(process.execPath, [holder, join(folder.path, "postgres")], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	const [line] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
	const { pid, url } = JSON.parse(line) as { pid: number; url: string };
	postmaster = pid;
	endDatabase = async () => {
		signalDatabase("SIGCONT");
		child.kill("SIGTERM");
		await once(child, "close");
	};
	server = await startServer({ folder: folder.path, env: { DATABASE_URL: url } });
	await applyDefinitions(server, definitions);
	await data(server, push);
});
afterAll(async () => {
	await (server as TestServer | undefined)?.stop();
	await endDatabase();
	await folder.remove();
});

function signalDatabase(signal: NodeJS.Signals): void {
	// It first: of one that stands still there are no more children than those that are told.
	process.kill(postmaster, signal);
	const children = execFileSync("ps", ["-o", "pid=", "--ppid", String(postmaster)], { encoding: "utf8" });
	for (const pid of children.trim().split(/\s+/).map(Number)) {
		try {
			process.kill(pid, signal);
		} catch (error) {
			// A session may have ended meanwhile.
			if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
		}
	}
}

const readiness = async () => (await fetch(new URL("/ready", server.url))).status;
const codes = async (query: string) => (await ask(server, query)).errors?.map(({ extensions }) => extensions["code"]);

it("a database that stands still fails what needs it, and nothing else; all comes back by itself", async () => {
	expect(await readiness()).toBe(200);
	signalDatabase("SIGSTOP");
	const started = performance.now();
	expect(await codes(read)).toBeUndefined();
	expect(await readiness()).toBe(503);
	expect(performance.now() - started).toBeLessThan(12_000);
	expect(await Promise.all([codes(list), codes(push)])).toEqual([["STORE_UNAVAILABLE"], ["STORE_UNAVAILABLE"]]);
	expect(performance.now() - started).toBeLessThan(40_000);

	signalDatabase("SIGCONT");
	await expect.poll(readiness, { interval: 200 }).toBe(200);
	expect(await Promise.all([codes(list), codes(push), codes(read)])).toEqual([undefined, undefined, undefined]);
});
