/** `node embedded-postgres.ts FOLDER`: a process that holds an embedded server until it is told to stop. */
import { startEmbeddedPostgres } from "../../stores/postgres/embedded/start.ts";
import { silentLogger } from "./silent-logger.ts";

const server = await startEmbeddedPostgres({
	dataDir: process.argv[2] ?? "",
	settings: { fsync: "off" },
	logger: silentLogger,
});
process.stdout.write(`${JSON.stringify({ pid: server.pid(), url: server.url })}\n`);
process.once("SIGTERM", () => void server.stop());
