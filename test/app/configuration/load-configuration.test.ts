import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeConfiguration } from "../../../app/configuration/describe-configuration.ts";
import { loadConfiguration } from "../../../app/configuration/load-configuration.ts";
import { FeaturegraphErrors } from "../../../core/errors/featuregraph-error.ts";
import type { UserError } from "../../../core/errors/user-error.ts";
import { defaultLimits } from "../../../core/limits.ts";
import { defaultLimits as gatewayLimits } from "../../../gateway/limits.ts";

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "featuregraph-configuration-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

const writeFile = (content: string): void => writeFileSync(join(folder, "featuregraph.yaml"), content);

function errorsOf(env: Record<string, string>): readonly UserError[] {
	try {
		loadConfiguration(env, folder);
	} catch (error) {
		if (error instanceof FeaturegraphErrors) return error.errors;
		throw error;
	}
	return [];
}

const token = { name: "ci", sha256: "a".repeat(64) };

test("a token says what the access directives ask for, and labels are a list", () => {
	const given = { ...token, scopes: ["read:email"], policies: ["staff"] };
	const env = { FEATUREGRAPH_ACCESS_TOKENS: JSON.stringify([given]), FEATUREGRAPH_OVERRIDE_LABELS: "new-bio, other" };
	expect(loadConfiguration(env, folder)).toMatchObject({ accessTokens: [given], overrideLabels: ["new-bio", "other"] });
});

test("without any setting everything is embedded and on loopback", () => {
	const configuration = loadConfiguration({ PATH: "/bin", UNRELATED: "x" }, folder);
	expect(configuration).toMatchObject({
		host: "127.0.0.1",
		port: 4000,
		home: join(folder, ".featuregraph"),
		databaseUrl: null,
		redisUrl: null,
		kafkaBrokers: null,
		fileRoots: null,
		transforms: null,
		transformsPerProject: true,
		offlineEngine: "auto",
		accessTokens: [],
		overrideLabels: [],
		limits: defaultLimits,
	});
});

test("the environment goes over the file, the file over the defaults; an empty variable is none", () => {
	writeFile(`
port: 4100
logLevel: debug
freshness: { graceSeconds: 0 }
limits: { onlineRows: 500 }
connections: { warehouse: postgres://warehouse/db }
offlineEngine: postgres
`);
	const env = { PORT: "4200", LOG_LEVEL: "", KAFKA_BROKERS: "a:9092, b:9092", FEATUREGRAPH_LIMIT_PUSH_ROWS: "7" };
	expect(loadConfiguration(env, folder)).toMatchObject({
		port: 4200,
		logLevel: "debug",
		freshnessGraceSeconds: 0,
		freshnessIntervalSeconds: 15,
		kafkaBrokers: ["a:9092", "b:9092"],
		connections: { warehouse: "postgres://warehouse/db" },
		offlineEngine: "postgres",
		limits: { ...defaultLimits, onlineRows: 500, pushRows: 7 },
	});
});

test("every problem is told at once, each with its setting", () => {
	writeFile("prot: 4000\nlimits: { onlinRows: 5 }\nlogLevel: loud\n");
	const errors = errorsOf({
		PORT: "seventy",
		DATABASE_URL: "mysql://nowhere",
		FEATUREGRAPH_HOM: "/tmp",
		FEATUREGRAPH_ACCESS_TOKENS: "{",
		FEATUREGRAPH_CORS_ORIGINS: "https://a.example/path",
	});
	expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(["CONFIGURATION_INVALID"]));
	expect(errors.every(({ hint }) => hint !== undefined)).toBe(true);
	expect(errors.map(({ name, nearest }) => [name, nearest[0]])).toEqual(
		expect.arrayContaining([
			["FEATUREGRAPH_HOM", "FEATUREGRAPH_HOME"],
			["prot", "port"],
			["limits.onlinRows", "limits.onlineRows"],
			["PORT", undefined],
			["LOG_LEVEL", undefined],
			["DATABASE_URL", undefined],
			["FEATUREGRAPH_ACCESS_TOKENS", undefined],
			["FEATUREGRAPH_CORS_ORIGINS", undefined],
		]),
	);
	expect(errors).toHaveLength(8);
});

test.each(["- a list", "port: [", "just text"])("a file that is no mapping is one problem: %s", (content) => {
	writeFile(content);
	expect(errorsOf({})).toEqual([expect.objectContaining({ name: "featuregraph.yaml" })]);
});

test("a section that is no mapping is a problem, not passed over", () => {
	writeFile("limits: 5\nfreshness:\n");
	expect(errorsOf({})).toEqual([expect.objectContaining({ name: "limits" })]);
});

test("a file that cannot be read is a problem, not passed over", () => {
	mkdirSync(join(folder, "featuregraph.yaml"));
	expect(errorsOf({})).toEqual([expect.objectContaining({ name: "featuregraph.yaml" })]);
});

describe("an address that others reach", () => {
	test.each(["0.0.0.0", "::", "192.168.1.5", "db.example.org"])("%s is refused without access tokens", (HOST) => {
		expect(errorsOf({ HOST })).toEqual([expect.objectContaining({ code: "CONFIGURATION_INVALID", name: "HOST" })]);
	});

	test.each(["127.0.0.1", "127.1.2.3", "localhost", "::1"])("%s is none", (HOST) => {
		expect(loadConfiguration({ HOST }, folder)).toMatchObject({ host: HOST, fileRoots: null });
	});

	test("with tokens it is taken, and file sources are confined", () => {
		const env = { HOST: "0.0.0.0", FEATUREGRAPH_ACCESS_TOKENS: JSON.stringify([token]) };
		const { accessTokens, fileRoots } = loadConfiguration(env, folder);
		expect(accessTokens).toEqual([
			{
				...token,
				permissions: ["READ", "READ_VALUES", "WRITE_VALUES", "WRITE_DEFINITIONS", "WRITE_MODELS", "WRITE_ALERTS"],
				projects: null,
				scopes: [],
				policies: [],
				expiresAt: null,
			},
		]);
		expect(fileRoots).toEqual([folder, join(folder, ".featuregraph")]);
	});
});

test("printed, it keeps its secrets and names every setting", () => {
	const configuration = loadConfiguration(
		{
			DATABASE_URL: "postgres://me:hunter2@db/featuregraph",
			REDIS_URL: "redis://:hunter2@cache:6379",
			FEATUREGRAPH_CONNECTIONS: '{"warehouse":"postgres://me:hunter2@warehouse/db"}',
			FEATUREGRAPH_ACCESS_TOKENS: JSON.stringify([token]),
			PORT: "4100",
		},
		folder,
	);
	const described = describeConfiguration(configuration);
	expect(JSON.stringify(described)).not.toMatch(/hunter2|aaaa/);
	expect(Object.fromEntries(described.map(({ name, value }) => [name, value]))).toMatchObject({
		PORT: "4100",
		DATABASE_URL: "(set)",
		KAFKA_BROKERS: "-",
		FEATUREGRAPH_CONNECTIONS: "(1 set)",
		FEATUREGRAPH_ACCESS_TOKENS: "(1 set)",
		FEATUREGRAPH_FRESHNESS_GRACE_SECONDS: "120",
		FEATUREGRAPH_LIMIT_ONLINE_ROWS: "10000",
	});
});

test("serving nothing but trusted documents wants a manifest", () => {
	expect(errorsOf({ FEATUREGRAPH_TRUSTED_ONLY: "true" })).toEqual([
		expect.objectContaining({ code: "CONFIGURATION_INVALID", name: "FEATUREGRAPH_TRUSTED_ONLY" }),
	]);
	const env = { FEATUREGRAPH_TRUSTED_ONLY: "true", FEATUREGRAPH_TRUSTED_DOCUMENTS: "manifest.json" };
	expect(loadConfiguration(env, folder)).toMatchObject({
		trustedOnly: true,
		trustedDocuments: join(folder, "manifest.json"),
	});
});

test("the limits of the gateway can be set", () => {
	const configuration = loadConfiguration({ FEATUREGRAPH_GATEWAY_LIMIT_COST: "7" }, folder);
	expect(configuration.gatewayLimits).toEqual({ ...gatewayLimits, cost: 7 });
	expect(configuration.introspection).toBeNull();
});
