import { execFileSync } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { applyDefinitions, data, type Pushed, push, socket } from "../support/graphql-client.ts";
import { failedStart, startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../support/server.ts";

const definitions = `
entities: { account: { joinKeys: { account: int64 } } }
sources:
  payments:
    push: {}
    eventTime: paid_at
    columns: { account: int64, paid_at: timestamp, amount: int64 }
views:
  last_payment:
    entities: [account]
    source: payments
    features: { amount: int64 }
`;

/** The tests follow one home through its life, in order. */
describe("the life of a server on embedded defaults", () => {
	let folder: TemporaryFolder;
	let server: TestServer | undefined;
	const start = async (): Promise<TestServer> => {
		server = await startServer({ folder: folder.path });
		return server;
	};
	beforeAll(async () => {
		folder = await temporaryFolder();
	});
	afterEach(async () => {
		await server?.stop("SIGTERM");
		server = undefined;
	});
	afterAll(() => folder.remove());

	it("stops on Ctrl-C within seconds, without a word, and leaves no process", async () => {
		const { stop, stderr, url } = await start();
		await applyDefinitions({ url }, definitions);
		await push({ url }, "payments", [{ account: 1, paid_at: "2024-05-01T08:00:00Z", amount: 7 }]);
		const began = performance.now();
		expect(await stop("SIGINT")).toBe(0);
		expect(performance.now() - began).toBeLessThan(10_000);
		expect(stderr()).toBe("");
		expect(processesOf(folder.path)).toEqual([]);
	});

	it("starts again on what is there, and ends its subscriptions on SIGTERM", async () => {
		const { stop, stderr, url } = await start();
		const client = socket({ url });
		const following = client.iterate({ query: "subscription { alertEvents { cursor } }" });
		const connected = new Promise<void>((resolve) => client.on("connected", () => resolve()));
		const ended = following.next().catch((reason: unknown) => reason);
		await connected;
		const { onlineFeatures } = await data<Read>({ url }, read, { entities: [{ account: 1 }] });
		expect(onlineFeatures.columns.at(-1)?.values).toEqual(["7"]);
		expect(await stop("SIGTERM")).toBe(0);
		expect(stderr()).toBe("");
		expect(await ended).toMatchObject({ code: expect.any(Number) as number });
		await client.dispose();
	});

	it("keeps every acknowledged push through a kill -9", async () => {
		const killed = await start();
		const acknowledged = new Set<number>();
		// Several callers at a time, so that the kill meets pushes in every state.
		const callers = Array.from({ length: 4 }, async (_, caller) => {
			for (let round = 0; ; round++) {
				const account = 1000 + round * 4 + caller;
				const rows = [{ account, paid_at: "2024-05-01T08:00:00Z", amount: account }];
				const answer = await push(killed, "payments", rows).catch((): Pushed | null => null);
				if (answer === null) return;
				acknowledged.add(account);
			}
		});
		while (acknowledged.size < 40) await sleep(5);
		expect(await killed.stop("SIGKILL")).toBe("SIGKILL");
		await Promise.all(callers);

		const { url, stderr } = await start();
		const accounts = [...acknowledged];
		const expected = accounts.map(String);
		const offline = await data<{ historicalFeatures: Frame }>(
			{ url },
			`query ($labels: [EntityRow!]!) {
				historicalFeatures(select: { features: ["last_payment:amount"] }, labels: $labels) { columns { values } }
			}`,
			{ labels: accounts.map((account) => ({ account, event_timestamp: "2024-06-01T00:00:00Z" })) },
		);
		expect(offline.historicalFeatures.columns.at(-1)?.values).toEqual(expected);
		// What the killed process had not yet written online is handed over by the next one.
		await expect
			.poll(
				async () => {
					const { onlineFeatures } = await data<Read>({ url }, read, {
						entities: accounts.map((account) => ({ account })),
					});
					return onlineFeatures.columns.at(-1)?.values;
				},
				{ timeout: 30_000 },
			)
			.toEqual(expected);
		expect(stderr()).not.toMatch(/"level":[56]0/);
	});

	it("leaves no process behind even when it is killed", async () => {
		const { stop } = await start();
		expect(processesOf(folder.path)).not.toEqual([]);
		await stop("SIGKILL");
		await expect.poll(() => processesOf(folder.path)).toEqual([]);
	});

	it("refuses a second server on the same home, naming the process that has it", async () => {
		const first = await start();
		const { code, stderr } = await failedStart({ folder: folder.path });
		expect(code).toBe(1);
		expect(stderr).toContain(`in use by process ${first.pid}. (CONFIGURATION_INVALID)`);
		expect(stderr).toContain("FEATUREGRAPH_HOME");
		expect(stderr).not.toMatch(/^\s+at /m);
		await data(first, "{ __typename }");
	});

	it("says that the port is taken, and stops what it had started", async () => {
		const taken = createServer();
		const port = await new Promise<number>((resolve) => {
			taken.listen(0, "127.0.0.1", () => {
				const address = taken.address();
				resolve(typeof address === "object" && address !== null ? address.port : 0);
			});
		});
		const { code, stderr } = await failedStart({ folder: folder.path, env: { PORT: String(port) } });
		taken.close();
		expect(code).toBe(1);
		expect(stderr).toBe(
			`error Something else listens on 127.0.0.1:${port} already. (CONFIGURATION_INVALID)\n` +
				"  End it, or set PORT to another one (0 takes a free one).\n",
		);
		expect(processesOf(folder.path)).toEqual([]);
	});
});

interface Frame {
	readonly columns: readonly { readonly values: readonly unknown[] }[];
}

interface Read {
	readonly onlineFeatures: Frame;
}

const read = `query ($entities: [EntityRow!]!) {
	onlineFeatures(select: { features: ["last_payment:amount"] }, entities: $entities) { columns { values } }
}`;

/** Processes that run in the home's database folder, the server's own children among them. */
function processesOf(folder: string): string[] {
	const cluster = join(folder, ".featuregraph");
	return execFileSync("sh", ["-c", 'for p in /proc/[0-9]*; do readlink "$p/cwd"; done 2>/dev/null || true'], {
		encoding: "utf8",
	})
		.split("\n")
		.filter((cwd) => cwd.startsWith(cluster));
}
