/** `npm start`: everything in one process. */
import { startAllInOne } from "./all-in-one.ts";
import { loadConfiguration } from "./configuration/load-configuration.ts";
import { endOnFatalErrors } from "./end-on-fatal-errors.ts";
import { createLogger } from "./logging.ts";
import { printStartupFailure } from "./startup-failure.ts";
import { stopOnSignals } from "./stop-on-signals.ts";

try {
	const configuration = loadConfiguration(process.env);
	const logger = createLogger(configuration.logLevel);
	endOnFatalErrors(logger);
	const server = await startAllInOne(configuration, logger);
	process.stdout.write(`Featuregraph is ready: ${server.url}/graphql (GraphiQL and the API). Ctrl-C ends it.\n`);
	await stopOnSignals(server.stop, server.stopped);
} catch (error) {
	printStartupFailure(error);
	process.exitCode = 1;
}
