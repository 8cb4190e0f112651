/** One PostgreSQL server per run, with a migrated database that the test files clone. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { openDatabase } from "../../stores/postgres/database.ts";
import { startEmbeddedPostgres } from "../../stores/postgres/embedded/start.ts";
import { migrateDatabase } from "../../stores/postgres/migrate.ts";
import { silentLogger } from "./silent-logger.ts";

declare module "vitest" {
	interface ProvidedContext {
		/** Connection string of the template database: nobody connects to it. */
		readonly templateUrl: string;
	}
}

export const templateDatabase = "template_featuregraph";

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
	const folder = await mkdtemp(join(tmpdir(), "featuregraph-test-"));
	const logger = silentLogger;
	const settings = { fsync: "off", full_page_writes: "off", synchronous_commit: "off", max_connections: "200" };
	const server = await startEmbeddedPostgres({ dataDir: folder, database: templateDatabase, settings, logger });
	const database = openDatabase({ url: server.url, maxConnections: 1, logger });
	await migrateDatabase(database);
	await database.close();
	project.provide("templateUrl", server.url);
	return async () => {
		await server.stop();
		await rm(folder, { recursive: true, force: true });
	};
}
