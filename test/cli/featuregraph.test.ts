import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify, stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandResult, runCommand, spawnCommand } from "../support/command-line.ts";
import { testDatabase } from "../support/database.ts";
import { applyDefinitions, push } from "../support/graphql-client.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../support/server.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const beyondDoubles = "9007199254740993";

const database = testDatabase();
let folder: TemporaryFolder;
let server: TestServer;

const featuregraph = (args: readonly string[], stdin?: string): Promise<CommandResult> =>
	runCommand(args, {
		cwd: folder.path,
		env: { FEATUREGRAPH_URL: server.url },
		...(stdin === undefined ? {} : { stdin }),
	});

/** What went well: exit code 0 and nothing of an error. */
async function output(...args: string[]): Promise<string> {
	const { code, stdout, stderr } = await featuregraph(args);
	expect(code, stderr).toBe(0);
	return stdout;
}

const json = async (...args: string[]): Promise<unknown> => JSON.parse(await output("--json", ...args));

/** Cells of a table, row by row. */
const cells = (table: string): string[][] =>
	stripVTControlCharacters(table)
		.split("\n")
		.filter((line) => line.trim() !== "")
		.map((line) => line.trim().split(/ {2,}/));

beforeAll(async () => {
	folder = await temporaryFolder();
	server = await startServer({
		folder: folder.path,
		env: {
			DATABASE_URL: database.url,
			FEATUREGRAPH_FRESHNESS_INTERVAL_SECONDS: "1",
			FEATUREGRAPH_FRESHNESS_GRACE_SECONDS: "0",
		},
	});
});
afterAll(async () => {
	await (server as TestServer | undefined)?.stop();
	await folder.remove();
});

describe("definitions, from an empty folder to the registry", () => {
	it("init makes a project in a new folder, and refuses one that has files", async () => {
		expect(await output("init", "features")).toBe("features/features.yaml\nfeatures/trips.ndjson\n");
		const again = await featuregraph(["init", "features"]);
		expect([again.code, again.stdout]).toEqual([1, ""]);
		expect(again.stderr).toContain("features is not empty. (CONFLICT)");
		expect(await json("init", "elsewhere")).toEqual({
			folder: "elsewhere",
			files: ["features.yaml", "trips.ndjson"],
		});
	});

	it("validate tells an error with file, line and column, the nearest name and the next step", async () => {
		expect(await output("validate", "features")).toBe("Valid: 1 file.\n");
		const content = await readFile(join(folder.path, "features/features.yaml"), "utf8");
		await mkdir(join(folder.path, "broken"));
		await writeFile(join(folder.path, "broken/features.yaml"), content.replace("type: float64", "type: flaot64"));
		const told = await featuregraph(["validate", "broken"]);
		expect([told.code, told.stdout]).toEqual([1, ""]);
		expect(told.stderr).toMatch(/^broken\/features\.yaml:\d+:\d+ error .*flaot64.* \(INVALID_TYPE\)$/m);
		expect(told.stderr).toMatch(/did you mean float64/);
		const machine = await featuregraph(["--json", "validate", "broken"]);
		expect([machine.code, machine.stderr]).toEqual([1, ""]);
		expect(JSON.parse(machine.stdout)).toMatchObject({
			errors: [{ code: "INVALID_TYPE", file: "broken/features.yaml", line: expect.any(Number) as number }],
		});
	});

	it("plan tells what would change, by its exit code where it is asked to, and saves it", async () => {
		expect(await output("plan", "features")).toContain("+ feature view driver_last_trip\n");
		expect((await featuregraph(["plan", "features", "--exit-code"])).code).toBe(2);
		expect(await json("plan", "features", "--out", "plan.json")).toMatchObject({ created: 5, updated: 0, deleted: 0 });
	});

	it("apply takes a saved plan, and refuses it once it is stale", async () => {
		await output("plan", "features", "--out", "stale.json");
		expect(await output("apply", "plan.json")).toBe("Applied: registry version 1.\n");
		const content = await readFile(join(folder.path, "features/features.yaml"), "utf8");
		await writeFile(
			join(folder.path, "features/features.yaml"),
			content.replace("The last trip of", "The latest trip of"),
		);
		expect(await json("apply", "features", "--yes")).toMatchObject({ registryVersion: 2 });
		const stale = await featuregraph(["apply", "stale.json"]);
		expect(stale.code).toBe(1);
		expect(stale.stderr).toMatch(/\((PLAN_CHANGED|CONFLICT)\)/);
		expect((await featuregraph(["plan", "features", "--exit-code"])).code).toBe(0);
		const none = await featuregraph(["apply", "features/trips.ndjson.json"]);
		expect(none.code).toBe(1);
		expect(none.stderr).toContain("(UNREADABLE_FILE)");
	});

	it("apply deletes only when it is told to", async () => {
		const content = await readFile(join(folder.path, "features/features.yaml"), "utf8");
		await mkdir(join(folder.path, "smaller"));
		await writeFile(join(folder.path, "smaller/features.yaml"), content.slice(0, content.indexOf("services:")));
		const refused = await featuregraph(["apply", "smaller", "--yes"]);
		expect(refused.code).toBe(1);
		expect(refused.stderr).toContain("(DELETE_NOT_ALLOWED)");
		expect(refused.stderr).toContain("--allow-delete");
		await output("apply", "smaller", "--yes", "--allow-delete");
		await output("apply", "features", "--yes");
	});
});

describe("looking around", () => {
	it("list, describe and search show what there is", async () => {
		expect(cells(await output("list", "views"))).toEqual([
			["KIND", "NAME", "VERSION", "OWNER", "DESCRIPTION"],
			["FeatureView", "driver_last_trip", "1", "The latest trip of a driver"],
			["FeatureView", "driver_offer", "1", "What to offer a driver now"],
		]);
		expect(await json("list", "features")).toHaveLength(3);
		expect(await output("describe", "driver_last_trip")).toContain("- fare type=FLOAT64");
		expect(await json("describe", "offer_model")).toMatchObject({ featureService: { name: "offer_model" } });
		expect(cells(await output("search", "fare"))[1]).toContain("driver_last_trip:fare");
		expect(await json("search", "fare", "--first", "1")).toHaveLength(1);
	});

	it("describe says where to look for what it does not find", async () => {
		const { code, stdout, stderr } = await featuregraph(["describe", "driver_lst_trip"]);
		expect([code, stdout]).toEqual([1, ""]);
		expect(stderr).toContain("(NOT_FOUND)");
		expect(stderr).toContain("featuregraph search");
	});
});

describe("values", () => {
	it("push takes rows from arguments, a file and stdin, big integers exactly", async () => {
		expect(await output("push", "--source", "trips", "--file", "features/trips.ndjson")).toBe(
			"3 accepted (1 stale), 0 rejected\n",
		);
		const row = `{"driver_id": ${beyondDoubles}, "ended_at": "2024-05-01T08:00:00Z", "fare": 2, "rating": 1}\n`;
		const piped = await featuregraph(["push", "--source", "trips", "--file", "-"], row);
		expect(piped).toMatchObject({ code: 0, stdout: "1 accepted (0 stale), 0 rejected\n" });
		expect(
			await json(
				"push",
				"--source",
				"trips",
				"--row",
				"driver_id=9007199254740995,ended_at=2024-05-01T08:00:00Z,fare=3",
			),
		).toMatchObject({ accepted: 1, rejected: [], warnings: [{ code: "OMITTED_FEATURE" }] });
	});

	it("push tells every rejected row and takes the others", async () => {
		const rows =
			'[{"driver_id": 1, "ended_at": "2024-05-01T08:00:00Z", "fare": 1, "rating": 1}, {"driver_id": 1, "fair": 1}]';
		const { code, stdout, stderr } = await featuregraph(["push", "--source", "trips", "--file", "-"], rows);
		expect([code, stdout]).toEqual([1, "1 accepted (0 stale), 1 rejected\n"]);
		expect(stderr).toMatch(/^row 1: error .*"fair".* \(UNKNOWN_COLUMN\)$/m);
		expect(stderr).toContain("did you mean fare");
		const machine = await featuregraph(["--json", "push", "--source", "trips", "--file", "-"], rows);
		expect([machine.code, machine.stderr]).toEqual([1, ""]);
		expect(JSON.parse(machine.stdout)).toMatchObject({ accepted: 1, rejected: [{ code: "UNKNOWN_COLUMN", index: 1 }] });
	});

	it("online reads features and services", async () => {
		const features = ["driver_last_trip:fare", "--row", "driver_id=1001", "--row", `driver_id=${beyondDoubles}`];
		expect(cells(await output("online", ...features))).toEqual([
			["driver_id", "fare"],
			["1001", "7.25"],
			[beyondDoubles, "2"],
		]);
		expect(await json("online", "--service", "offer_model", "--row", "driver_id=1001,surge=2")).toMatchObject({
			rowCount: 1,
			columns: [{ name: "driver_id" }, { name: "surge" }, { values: [4] }, { name: "offer", values: [14.5] }],
		});
		const bad = await featuregraph(["online", "driver_last_trip:fare", "--row", "driver_id=x"]);
		expect([bad.code, bad.stdout]).toEqual([1, expect.stringContaining("ERROR")]);
		const some = ["--row", "driver_id=x", "--row", "driver_id=1001"];
		expect((await featuregraph(["online", "driver_last_trip:fare", ...some])).code).toBe(0);
		const wrong = await featuregraph(["online", "driver_lst_trip:fare", "--row", "driver_id=1"]);
		expect([wrong.code, wrong.stdout]).toEqual([1, ""]);
		expect(wrong.stderr).toContain("did you mean driver_last_trip");
	});

	it("online usage tells what is held, and online drop forgets a project", async () => {
		const table = cells(await output("online", "usage"));
		expect(table[0]).toEqual(["view", "pinned", "values", "bytes", "bytes per value"]);
		expect(table.slice(1).map(([view]) => view)).toEqual(["driver_last_trip@1", "all"]);
		expect(await json("online", "usage")).toMatchObject({
			entities: table[2]?.[1],
			views: [{ view: "driver_last_trip", version: 1, isPinned: true, bytes: expect.any(String) as string }],
		});
		const unasked = await featuregraph(["--project", "tenant", "online", "drop"]);
		expect([unasked.code, unasked.stdout]).toEqual([1, ""]);
		expect(unasked.stderr).toContain("Give --yes.");
		await output("--project", "tenant", "apply", "features", "--yes");
		const trips = ["--source", "trips", "--file", "features/trips.ndjson"];
		await output("--project", "tenant", "push", ...trips);
		expect(await output("--project", "tenant", "online", "drop", "--yes")).toBe(
			"Dropped: 2 online values of tenant.\n",
		);
		expect(cells(await output("online", "usage"))).toEqual(table);
	});

	it("historical reads as of each label", async () => {
		const label = "driver_id=1001,event_timestamp=2024-05-01T09:00:00Z";
		expect(cells(await output("historical", "driver_last_trip:fare", "--label", label))[1]).toEqual([
			"1001",
			"2024-05-01T09:00:00Z",
			"18.5",
		]);
		// Taken in just now, long after the label.
		const known = await json("historical", "driver_last_trip:fare", "--label", label, "--known", "label-time");
		expect(known).toMatchObject({ columns: [{}, {}, { name: "fare", statuses: ["NOT_FOUND"] }] });
	});

	it("materialize waits for the run", async () => {
		expect(cells(await output("materialize", "driver_last_trip"))).toEqual([
			["views", "state", "rows read", "rows written"],
			["driver_last_trip", "SUCCEEDED", expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+$/)],
		]);
		const [head, queued] = cells(await output("materialize", "--no-wait"));
		expect(head?.at(-1)).toBe("run");
		expect(queued?.[0]).toBe("all views");
		expect(await json("materialize", "--incremental")).toMatchObject({ state: "SUCCEEDED", failure: null });
		const unknown = await featuregraph(["materialize", "driver_lst_trip"]);
		expect(unknown.code).toBe(1);
		expect(unknown.stderr).toContain("did you mean driver_last_trip");
	});

	it("training-set draws from a file of labels into a file, which serves as labels again", async () => {
		const labels = `driver_id,event_timestamp,surge\n1001,2024-05-01T09:00:00Z,2\n${beyondDoubles},2024-05-01T09:00:00Z,1\n`;
		await writeFile(join(folder.path, "labels.csv"), labels);
		const csv = [
			"training-set",
			"--service",
			"offer_model",
			"--labels",
			"labels.csv",
			"--format",
			"csv",
			"--out",
			"a.csv",
		];
		expect(await output(...csv)).toBe("a.csv\n");
		expect(await readFile(join(folder.path, "a.csv"), "utf8")).toBe(
			`driver_id,surge,event_timestamp,rating,offer\n1001,2,2024-05-01T09:00:00Z,5,37\n${beyondDoubles},1,2024-05-01T09:00:00Z,1,2\n`,
		);
		expect(
			await json("training-set", "driver_last_trip:fare", "--labels", "labels.csv", "--out", "b.parquet"),
		).toMatchObject({ state: "SUCCEEDED", rowCount: "2", contentHash: expect.any(String) as string });
		expect((await readFile(join(folder.path, "b.parquet"))).subarray(0, 4).toString()).toBe("PAR1");
		const parquet = [
			"training-set",
			"driver_last_trip:rating",
			"--labels",
			"b.parquet",
			"--format",
			"csv",
			"--out",
			"c.csv",
		];
		await output(...parquet);
		expect((await readFile(join(folder.path, "c.csv"), "utf8")).split("\n")[2]).toContain(beyondDoubles);
	});

	it("training-set writes splits beside the whole, and provenance tells what it is", async () => {
		const rows = Array.from({ length: 40 }, (_, row) => `${row},2024-05-0${1 + (row % 4)}T09:00:00Z`);
		await writeFile(join(folder.path, "many.csv"), `driver_id,event_timestamp\n${rows.join("\n")}\n`);
		const drawing = ["training-set", "driver_last_trip:fare", "--labels", "many.csv", "--format", "csv"];
		const byEntity = ["--split", "train=0.5,test=0.5", "--out", "e.csv"];
		const drawn = (await json(...drawing, ...byEntity)) as { id: string; splits: { name: string; rowCount: string }[] };
		const lines = async (name: string) => (await readFile(join(folder.path, name), "utf8")).trim().split("\n").slice(1);
		const parts = await Promise.all([lines("e.train.csv"), lines("e.test.csv")]);
		expect(parts.flat().sort()).toEqual((await lines("e.csv")).sort());
		expect(parts.map((part) => String(part.length))).toEqual(drawn.splits.map(({ rowCount }) => rowCount));
		const told = await output("provenance", drawn.id);
		expect(cells(told)).toContainEqual(expect.arrayContaining(["fare", "FEATURE", "FLOAT64"]));
		expect(told).toMatch(/driver_last_trip[\s\S]*train/);
		expect(await json("provenance", drawn.id)).toMatchObject({
			provenance: { scans: [{ engine: expect.any(String) as string }] },
		});
		await output(...drawing, "--split", "train,test", "--cut", "2024-05-04T00:00:00Z", "--out", "t.csv");
		expect((await lines("t.test.csv")).every((line) => line.includes("2024-05-04"))).toBe(true);
		expect((await lines("t.train.csv")).length).toBe(30);
		const without = await featuregraph([...drawing, "--split", "train,test"]);
		expect([without.code, without.stderr]).toEqual([1, expect.stringContaining("--cut")]);
	});

	it("explain training-set shows plan, SQL and cost before anything is drawn", async () => {
		await writeFile(join(folder.path, "few.csv"), "driver_id,event_timestamp\n1001,2024-05-01T09:00:00Z\n");
		const asked = ["explain", "training-set", "driver_last_trip:fare", "--labels", "few.csv"];
		expect(await output(...asked)).toMatch(
			/driver_last_trip: INDEX_LOOKUP in postgres[\s\S]*cost[\s\S]*SELECT [\s\S]*LATERAL/,
		);
		expect(await json(...asked)).toMatchObject([
			{ views: ["driver_last_trip"], engine: "postgres", features: ["fare"] },
		]);
		const unknown = await featuregraph(["explain", "training-set", "driver_last_trip:fair", "--labels", "few.csv"]);
		expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining("did you mean driver_last_trip:fare")]);
	});

	it("training-set is told of the first bad row when its labels come", async () => {
		await writeFile(join(folder.path, "bad.csv"), "driver_id,event_timestamp\n1,2024-05-01T09:00:00Z\n2,soon\n");
		const { code, stderr } = await featuregraph(["training-set", "driver_last_trip:fare", "--labels", "bad.csv"]);
		expect(code).toBe(1);
		expect(stderr).toMatch(/"event_timestamp" has "soon" in row 1.*LABELS_INVALID/s);
	});

	it("training-set says what is missing in the labels", async () => {
		const { code, stdout, stderr } = await featuregraph([
			...["training-set", "--service", "offer_model", "--labels", "features/trips.ndjson"],
			...["--timestamp", "ended_at", "--out", "d.csv"],
		]);
		expect([code, stdout]).toEqual([1, ""]);
		expect(stderr).toContain("surge");
		expect(stderr).toMatch(/\((LABELS_INVALID|UNKNOWN_COLUMN|MISSING_JOIN_KEY)\)/);
	});
});

describe("alerts", () => {
	it("are followed until Ctrl-C, listed and acknowledged", async () => {
		const definitions = await readFile(join(folder.path, "features/features.yaml"), "utf8");
		await applyDefinitions(server, `project: watched\n${definitions}`);
		const following = spawnCommand(["--json", "--project", "watched", "alerts", "--follow"], {
			cwd: folder.path,
			env: { FEATUREGRAPH_URL: server.url },
		});
		const ended = once(following, "close");
		let stdout = "";
		let stderr = "";
		following.stdout.setEncoding("utf8").on("data", (text: string) => {
			stdout += text;
		});
		following.stderr.setEncoding("utf8").on("data", (text: string) => {
			stderr += text;
		});
		while (!stderr.includes("Following") && following.exitCode === null) await sleep(20);
		await applyDefinitions(
			server,
			`project: watched\n${definitions.replace("    description: The latest trip of a driver", "    freshness: { sla: 1s }")}`,
		);
		await push(server, "trips", [{ driver_id: 1, ended_at: "2024-05-01T08:00:00Z", fare: 1, rating: 1 }], {
			project: "watched",
		});
		while (!stdout.includes('"to":"FIRING"') && following.exitCode === null) await sleep(20);
		following.kill("SIGINT");
		expect(await ended, stderr).toEqual([0, null]);
		const events = stdout
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line) as { cursor: string; to: string; alert: { id: string } });
		const id = events.at(-1)?.alert.id ?? "";
		expect(stderr).toBe("Following alerts; Ctrl-C ends it.\n");

		expect(await json("--project", "watched", "alerts", "--state", "firing")).toMatchObject([
			{ id, kind: "FRESHNESS" },
		]);
		expect(cells(await output("--project", "watched", "alerts"))[1]?.slice(0, 3)).toEqual([id, "FRESHNESS", "FIRING"]);
		expect(await output("--project", "watched", "alerts", "--acknowledge", id, "--note", "seen")).toMatch(
			/^Acknowledged: /,
		);
		const none = await featuregraph(["--project", "watched", "alerts", "--acknowledge", "nothing"]);
		expect([none.code, none.stdout]).toEqual([1, ""]);
	});

	it("a cursor that is none ends the command with its code", async () => {
		const { code, stderr } = await featuregraph(["alerts", "--follow", "--after", "nonsense"]);
		expect(code).toBe(1);
		expect(stderr).toContain("(ALERT_CURSOR_INVALID)");
	});
});

describe("the command line itself", () => {
	const elsewhere = (args: readonly string[], env: Readonly<Record<string, string>>) =>
		runCommand(args, { cwd: folder.path, env });

	it("colours nothing where NO_COLOR is set or nobody looks", async () => {
		const wrong = ["online", "x:y", "--row", "a=1"];
		for (const env of [{}, { NO_COLOR: "1" }, { NO_COLOR: "1", FORCE_COLOR: "1" }]) {
			const { stdout, stderr } = await elsewhere(wrong, { FEATUREGRAPH_URL: server.url, ...env });
			expect(stripVTControlCharacters(stdout + stderr)).toBe(stdout + stderr);
		}
	});

	it("ends with 1 on what it does not know", async () => {
		for (const args of [["bogus"], ["list", "nonsense"], ["push", "--row", "a=1"], ["online"]]) {
			const { code, stdout, stderr } = await featuregraph(args);
			expect([code, stdout]).toEqual([1, ""]);
			expect(stderr).toMatch(/error/);
		}
		const mistyped = await featuregraph(["gateway", "--supergrph", "x.graphql"]);
		expect([mistyped.code, mistyped.stderr]).toEqual([1, expect.stringContaining("Did you mean --supergraph?")]);
		const missing = await featuregraph(["gateway"]);
		expect([missing.code, missing.stderr]).toEqual([
			1,
			expect.stringContaining("required option '--supergraph <file>'"),
		]);
	});

	it("says how to reach a gateway that does not answer", async () => {
		const { code, stdout, stderr } = await elsewhere(["list"], { FEATUREGRAPH_URL: "http://127.0.0.1:1" });
		expect([code, stdout]).toEqual([1, ""]);
		expect(stderr).toContain("No gateway answers at http://127.0.0.1:1");
		expect(stderr).toContain("npm start");
		expect((await elsewhere(["alerts", "--follow"], { FEATUREGRAPH_URL: "http://127.0.0.1:1" })).code).toBe(1);
	});

	it("doctor passes where all answers, and fails with what does not", async () => {
		const well = await elsewhere(["doctor"], { DATABASE_URL: database.url, PORT: new URL(server.url).port });
		expect(well.code, well.stdout + well.stderr).toBe(0);
		expect(well.stdout).toMatch(/^ok {7}database: PostgreSQL/m);
		expect(well.stdout).not.toContain(database.url);
		const ill = await elsewhere(["--json", "doctor"], {
			DATABASE_URL: "postgres://nobody@127.0.0.1:1/nowhere",
			PORT: new URL(server.url).port,
		});
		expect(ill.code).toBe(1);
		expect(JSON.parse(ill.stdout)).toMatchObject({
			checks: expect.arrayContaining([expect.objectContaining({ name: "database", ok: false })]) as unknown[],
		});
	});

	it("runs in the repository by npx, whatever the machine's own Node", async () => {
		const bare = process.env["PATH"]
			?.split(":")
			.filter((place) => !place.includes("node_modules"))
			.join(":");
		const { stdout } = await promisify(execFile)("npx", ["featuregraph", "--help"], {
			cwd: root,
			env: { ...process.env, PATH: bare },
		});
		expect(stdout).toMatch(/^Usage: featuregraph /);
	});
});
