/** `npm start`: everything in one process. */
import { startAllInOne } from "./all-in-one.ts";
import { loadConfiguration } from "./configuration/load-configuration.ts";
import { printStartupFailure } from "./startup-failure.ts";
import { stopOnSignals } from "./stop-on-signals.ts";

try {
	const server = await startAllInOne(loadConfiguration(process.env));
	process.stdout.write(`Featuregraph is ready: ${server.url}/graphql (GraphiQL and the API). Ctrl-C ends it.\n`);
	await stopOnSignals(server.stop, server.stopped);
} catch (error) {
	printStartupFailure(error);
	process.exitCode = 1;
}
