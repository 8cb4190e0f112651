/** `npm start`: everything in one process. `node app/main.ts gateway | subgraph NAME | worker`: one part of it. */
import type { Logger } from "../core/ports/logger.ts";
import type { Configuration } from "./configuration/configuration.ts";
import { loadConfiguration } from "./configuration/load-configuration.ts";
import { endOnFatalErrors } from "./end-on-fatal-errors.ts";
import { endSoon } from "./end-soon.ts";
import { createLogger } from "./logging.ts";
import { checkRole, type Role, roleOf, roleText } from "./processes/role.ts";
import type { RunningServer } from "./running-server.ts";
import { printStartupFailure } from "./startup-failure.ts";
import { stopOnSignals } from "./stop-on-signals.ts";

try {
	const role = roleOf(process.argv.slice(2));
	const configuration = loadConfiguration(process.env);
	checkRole(role, configuration);
	const logger = createLogger(configuration.logLevel);
	endOnFatalErrors(logger);
	const server = await start(role, configuration, logger);
	const here =
		role.kind === "all-in-one"
			? `Featuregraph is ready: ${server.url}/graphql (GraphiQL and the API).`
			: `Featuregraph ${roleText(role)} listens: ${server.url}.`;
	process.stdout.write(`${here} Ctrl-C ends it.\n`);
	await stopOnSignals(server.stop, server.stopped);
	endSoon(logger);
} catch (error) {
	printStartupFailure(error);
	process.exitCode = 1;
}

/** Loads what the role needs and nothing else. */
async function start(role: Role, configuration: Configuration, logger: Logger): Promise<RunningServer> {
	switch (role.kind) {
		case "all-in-one":
			return (await import("./all-in-one.ts")).startAllInOne(configuration, logger);
		case "gateway":
			return (await import("./processes/gateway-process.ts")).startGateway(configuration, logger);
		case "subgraph":
			return (await import("./processes/subgraph-process.ts")).startSubgraph(role.name, configuration, logger);
		case "worker":
			return (await import("./processes/worker-process.ts")).startWorker(configuration, logger);
	}
}
