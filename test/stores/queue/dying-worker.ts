/** A process that takes one job, says so on stdout, and never ends it. Its database is the first argument. */
import { openPgBossQueue } from "../../../stores/queue/pg-boss-queue.ts";
import { silentLogger } from "../../support/silent-logger.ts";

const queue = await openPgBossQueue({
	url: process.argv[2] ?? "",
	logger: silentLogger,
	concurrency: { materialize: 1, backfill: 1, "training-set": 1 },
});
await queue.work("materialize", (job) => {
	process.stdout.write(`${job.key}\n`);
	return new Promise(() => undefined);
});
