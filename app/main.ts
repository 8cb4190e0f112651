/**
 * `npm start`: everything in one process. `node app/main.ts gateway | subgraph NAME | worker`: one part of it, the first two
 * as N processes on one port with `--workers N`.
 */
import cluster from "node:cluster";
import type { Logger } from "../core/ports/logger.ts";
import { lowerBackgroundThreads } from "./background-threads.ts";
import { type Crew, joinCrew } from "./cluster/crew.ts";
import { startCluster } from "./cluster/primary.ts";
import type { Configuration } from "./configuration/configuration.ts";
import { loadConfiguration } from "./configuration/load-configuration.ts";
import { endOnFatalErrors } from "./end-on-fatal-errors.ts";
import { endSoon } from "./end-soon.ts";
import { createLogger } from "./logging.ts";
import { argumentsOf } from "./processes/arguments.ts";
import { checkRole, type Role, roleOf, roleText } from "./processes/role.ts";
import type { RunningServer } from "./running-server.ts";
import { printStartupFailure } from "./startup-failure.ts";
import { stopOnSignals } from "./stop-on-signals.ts";
import { allocateYoung } from "./young-allocation.ts";

/** Of a process that another one of ours has started to share its port. */
const membership = cluster.worker === undefined ? null : joinCrew(cluster.worker);

allocateYoung();
try {
	const { words, settings } = argumentsOf(process.argv.slice(2));
	const role = roleOf(words);
	const configuration = loadConfiguration({ ...process.env, ...settings });
	checkRole(role, configuration);
	const log = createLogger(configuration.logLevel);
	const logger = cluster.worker === undefined ? log : log.child({ worker: cluster.worker.id });
	endOnFatalErrors(logger);
	lowerBackgroundThreads(logger);
	const server =
		configuration.workers > 1 && membership === null
			? await startCluster(configuration, logger)
			: await start(role, configuration, logger, membership?.crew ?? null);
	if (membership === null)
		process.stdout.write(`${greeting(role, server.url, configuration.workers)} Ctrl-C ends it.\n`);
	else membership.listens(server.url, server.stop);
	await stopOnSignals(server.stop, server.stopped);
	endSoon(logger);
} catch (error) {
	printStartupFailure(error);
	process.exitCode = 1;
} finally {
	membership?.leave();
}

function greeting(role: Role, url: string, workers: number): string {
	if (role.kind === "all-in-one") return `Featuregraph is ready: ${url}/graphql (GraphiQL and the API).`;
	return `Featuregraph ${roleText(role)} listens${workers > 1 ? `, ${workers} processes` : ""}: ${url}.`;
}

/** Loads what the role needs and nothing else. */
async function start(
	role: Role,
	configuration: Configuration,
	logger: Logger,
	crew: Crew | null,
): Promise<RunningServer> {
	switch (role.kind) {
		case "all-in-one":
			return (await import("./all-in-one.ts")).startAllInOne(configuration, logger);
		case "gateway":
			return (await import("./processes/gateway-process.ts")).startGateway(configuration, logger, crew);
		case "subgraph":
			return (await import("./processes/subgraph-process.ts")).startSubgraph(role.name, configuration, logger, crew);
		case "worker":
			return (await import("./processes/worker-process.ts")).startWorker(configuration, logger);
	}
}
