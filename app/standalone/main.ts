/** `featuregraph gateway --supergraph FILE`: the gateway alone. */
import cluster from "node:cluster";
import { basename, dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { joinCrew } from "../cluster/crew.ts";
import { startCluster } from "../cluster/primary.ts";
import { loadConfiguration } from "../configuration/load-configuration.ts";
import { endOnFatalErrors } from "../end-on-fatal-errors.ts";
import { createLogger } from "../logging.ts";
import { printStartupFailure } from "../startup-failure.ts";
import { stopOnSignals } from "../stop-on-signals.ts";
import { plainLines } from "./plain-lines.ts";
import { startStandaloneGateway } from "./standalone-gateway.ts";

/** Of a process that another one of ours has started to share its port. */
const membership = cluster.worker === undefined ? null : joinCrew(cluster.worker);

const { values: options } = parseArgs({
	options: {
		supergraph: { type: "string" },
		port: { type: "string" },
		host: { type: "string" },
		config: { type: "string" },
		workers: { type: "string" },
		json: { type: "boolean", default: false },
	},
});

try {
	const { supergraph, port, host, config, workers, json } = options;
	if (supergraph === undefined) {
		throw new FeaturegraphError("CONFIGURATION_INVALID", "No supergraph was named.", { hint: "--supergraph FILE" });
	}
	const env = {
		...process.env,
		// Where any port will do, the processes of a cluster are told which it is.
		...(port === undefined || (membership !== null && Number(port) === 0) ? {} : { PORT: port }),
		...(workers === undefined ? {} : { FEATUREGRAPH_WORKERS: workers }),
	};
	const loaded =
		config === undefined ? loadConfiguration(env) : loadConfiguration(env, dirname(resolve(config)), basename(config));
	// Whoever names an address on the command line means it, also one that others reach.
	const configuration = { ...loaded, host: host ?? loaded.host };
	const log = createLogger(configuration.logLevel, json ? undefined : plainLines(process.stderr));
	const logger = cluster.worker === undefined ? log : log.child({ worker: cluster.worker.id });
	endOnFatalErrors(logger);
	const server =
		configuration.workers > 1 && membership === null
			? await startCluster(configuration, logger)
			: await startStandaloneGateway(resolve(supergraph), configuration, logger, membership?.crew ?? null);
	if (membership !== null) membership.listens(server.url, server.stop);
	else {
		const ready = `Ready: ${server.url}/graphql (GraphiQL and the API) serves ${supergraph}. Ctrl-C ends it.`;
		process.stdout.write(`${json ? JSON.stringify({ ready: true, url: `${server.url}/graphql` }) : ready}\n`);
		// The command line that started it is gone.
		process.once("disconnect", () => void server.stop());
	}
	await stopOnSignals(server.stop, server.stopped);
} catch (error) {
	printStartupFailure(error);
	process.exitCode = 1;
} finally {
	if (membership !== null) membership.leave();
	else if (process.connected) process.disconnect();
}
