import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DefinitionErrors } from "../../../core/definitions/definition-error.ts";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { anonymousPrincipal } from "../../../services/access/authenticate.ts";
import type { Registry } from "../../../services/registry/registry.ts";
import { duckdbEngine } from "../../../stores/offline/duckdb/engine.ts";
import { testDatabase } from "../../support/database.ts";
import { definitionsInput, testRegistry } from "../../support/registry.ts";

const test = testDatabase();
let folder: string;
let registry: Registry;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "featuregraph-inspect-"));
	await writeFile(join(folder, "landings.csv"), "airport,landed_at,delay\nJFK,2024-01-01T00:00:00Z,5\n");
	const engine = duckdbEngine({
		settings: {
			tempDirectory: join(folder, "tmp"),
			memoryLimit: "256MB",
			maxTempDirectorySize: "256MB",
			threads: 1,
		},
		logs: {
			async *read() {
				// Nothing was pushed.
			},
		},
	});
	registry = await testRegistry(test.database, {
		engines: [engine],
		checkFilePath(path) {
			if (path.startsWith(folder)) return;
			throw new FeaturegraphError("UNREADABLE_FILE", `The file "${path}" lies outside.`, { name: path });
		},
	});
});

afterAll(async () => {
	await registry.close();
	await rm(folder, { recursive: true, force: true });
});

interface Parts {
	readonly file?: string;
	readonly query?: string;
	readonly eventTime?: string;
	readonly feature?: string;
	readonly sql?: string;
}

/** Each part on a line of its own, so that a line tells which one is meant. */
const definitions = ({
	file = join(folder, "landings.csv"),
	query,
	eventTime = "landed_at",
	feature = "delay",
	sql,
}: Parts) =>
	[
		"entities: { airport: { joinKeys: { airport: string } } }",
		"sources:",
		"  landings:",
		`    csv: ${file}`,
		`    eventTime: ${eventTime}`,
		...(query === undefined ? [] : [`    query: ${JSON.stringify(query)}`]),
		"views:",
		"  delays:",
		"    entities: [airport]",
		"    source: landings",
		`    features: { ${feature}: float64 }`,
		...(sql === undefined ? [] : [`    transformation: { sql: ${JSON.stringify(sql)} }`]),
	].join("\n");

async function errorsOf(parts: Parts): Promise<readonly string[]> {
	try {
		await registry.plan(anonymousPrincipal, definitionsInput(definitions(parts), { project: "inspected" }));
		return [];
	} catch (error) {
		if (!(error instanceof DefinitionErrors)) throw error;
		return error.errors.map(({ code, name, line }) => `${line} ${code} ${name ?? ""}`.trim());
	}
}

describe("the data behind new definitions", () => {
	it("is found in order", async () => {
		expect(await errorsOf({})).toEqual([]);
		const sql = "SELECT airport, landed_at, avg(delay) OVER (PARTITION BY airport) AS mean FROM source";
		expect(await errorsOf({ feature: "mean", sql })).toEqual([]);
	});

	it("is told where the file is missing, or not allowed", async () => {
		expect(await errorsOf({ file: join(folder, "nothing.csv") })).toEqual([
			expect.stringMatching(/^4 UNREADABLE_FILE/),
		]);
		expect(await errorsOf({ file: "/etc/passwd" })).toEqual(["4 UNREADABLE_FILE /etc/passwd"]);
	});

	it("is told where a column is missing", async () => {
		expect(await errorsOf({ eventTime: "landed" })).toContain("5 UNKNOWN_COLUMN landed");
		expect(await errorsOf({ feature: "delai" })).toEqual(["10 UNKNOWN_COLUMN delai"]);
		const sql = "SELECT airport, delay FROM source";
		expect(await errorsOf({ sql })).toEqual(["11 UNKNOWN_COLUMN landed_at"]);
	});

	it("is told where its SQL cannot be run", async () => {
		expect(await errorsOf({ query: "SELECT nothing FROM source" })).toEqual([expect.stringMatching(/^6 /)]);
		expect(await errorsOf({ sql: "SELEC 1" })).toEqual([expect.stringMatching(/^11 /)]);
	});
});
