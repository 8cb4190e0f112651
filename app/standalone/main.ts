/** `featuregraph gateway --supergraph FILE`: the gateway alone. */
import { basename, dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { loadConfiguration } from "../configuration/load-configuration.ts";
import { endOnFatalErrors } from "../end-on-fatal-errors.ts";
import { createLogger } from "../logging.ts";
import { printStartupFailure } from "../startup-failure.ts";
import { stopOnSignals } from "../stop-on-signals.ts";
import { plainLines } from "./plain-lines.ts";
import { startStandaloneGateway } from "./standalone-gateway.ts";

const { values: options } = parseArgs({
	options: {
		supergraph: { type: "string" },
		port: { type: "string" },
		host: { type: "string" },
		config: { type: "string" },
		json: { type: "boolean", default: false },
	},
});

try {
	const { supergraph, port, host, config, json } = options;
	if (supergraph === undefined) {
		throw new FeaturegraphError("CONFIGURATION_INVALID", "No supergraph was named.", { hint: "--supergraph FILE" });
	}
	const env = port === undefined ? process.env : { ...process.env, PORT: port };
	const configuration =
		config === undefined ? loadConfiguration(env) : loadConfiguration(env, dirname(resolve(config)), basename(config));
	const logger = createLogger(configuration.logLevel, json ? undefined : plainLines(process.stderr));
	endOnFatalErrors(logger);
	const server = await startStandaloneGateway(
		resolve(supergraph),
		// Whoever names an address on the command line means it, also one that others reach.
		{ ...configuration, host: host ?? configuration.host },
		logger,
	);
	const ready = `Ready: ${server.url}/graphql (GraphiQL and the API) serves ${supergraph}. Ctrl-C ends it.`;
	process.stdout.write(`${json ? JSON.stringify({ ready: true, url: `${server.url}/graphql` }) : ready}\n`);
	// The command line that started it is gone.
	process.once("disconnect", () => void server.stop());
	await stopOnSignals(server.stop, server.stopped);
} catch (error) {
	printStartupFailure(error);
	process.exitCode = 1;
} finally {
	if (process.connected) process.disconnect();
}
