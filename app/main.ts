/** `npm start`: everything in one process. `node app/main.ts gateway | subgraph NAME | worker`: one part of it. */
import { startAllInOne } from "./all-in-one.ts";
import type { Configuration } from "./configuration/configuration.ts";
import { loadConfiguration } from "./configuration/load-configuration.ts";
import { endOnFatalErrors } from "./end-on-fatal-errors.ts";
import { createLogger } from "./logging.ts";
import { startGateway } from "./processes/gateway-process.ts";
import { checkRole, type Role, roleOf, roleText } from "./processes/role.ts";
import { startSubgraph } from "./processes/subgraph-process.ts";
import { startWorker } from "./processes/worker-process.ts";
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
} catch (error) {
	printStartupFailure(error);
	process.exitCode = 1;
}

function start(
	role: Role,
	configuration: Configuration,
	logger: ReturnType<typeof createLogger>,
): Promise<RunningServer> {
	switch (role.kind) {
		case "all-in-one":
			return startAllInOne(configuration, logger);
		case "gateway":
			return startGateway(configuration, logger);
		case "subgraph":
			return startSubgraph(role.name, configuration, logger);
		case "worker":
			return startWorker(configuration, logger);
	}
}
