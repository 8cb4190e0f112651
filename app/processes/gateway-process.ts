import { Registry as Metrics } from "prom-client";
import { signingKeys } from "../../core/access/signed-request.ts";
import { forceHeader } from "../../core/federation/force-header.ts";
import { cacheHeader } from "../../core/online/cache-header.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { ReadFeatures } from "../../core/ports/read-features.ts";
import type { SubgraphExecutor } from "../../core/ports/subgraph.ts";
import type { TakePush } from "../../core/ports/take-push.ts";
import { httpSubgraph } from "../../gateway/transport/http/http-subgraph.ts";
import { createHttpSubgraphMetrics } from "../../gateway/transport/http/metrics.ts";
import { type RequestSigner, requestSigner } from "../../gateway/transport/http/request-signer.ts";
import { type SubgraphName, subgraphNames } from "../../schema/subgraph-sdl.ts";
import type { Closers } from "../closers.ts";
import type { Crew } from "../cluster/crew.ts";
import { healthOfAll } from "../cluster/health-of-all.ts";
import type { Configuration } from "../configuration/configuration.ts";
import { listen } from "../listen.ts";
import { sharedBus } from "../open-bus.ts";
import { openGateway } from "../open-gateway.ts";
import { type RunningServer, runServer } from "../running-server.ts";
import { followBus } from "./follow-bus.ts";
import { followGraph } from "./follow-graph.ts";
import { knownSdl } from "./known-sdl.ts";
import { refreshAfterMutations } from "./refresh-after-mutations.ts";
import { remoteFeatures } from "./remote-features.ts";
import { type RemoteFiles, remoteFiles } from "./remote-files.ts";
import { remotePush } from "./remote-push.ts";
import { serviceSdl } from "./service-sdl.ts";

/**
 * The public door alone, over subgraphs in processes of their own. It keeps nothing: any number of them may run. It listens
 * when this resolves, and is ready once the subgraphs have answered. One of a crew asks them before it listens, since others
 * may be answering on the port already.
 */
export function startGateway(
	configuration: Configuration,
	logger: Logger,
	crew: Crew | null = null,
): Promise<RunningServer> {
	return runServer(logger, async (closers) => {
		const { localSubgraphs: local } = configuration;
		const metrics = new Metrics();
		const place = placesOf(configuration);
		const graph = { changed: () => {}, lookAll: async () => {} };
		const far = farSubgraphs(configuration, place, { metrics, logger, closers, changed: () => graph.changed() });
		const near =
			local.length === 0
				? null
				: await (await import("./near-subgraphs.ts")).nearSubgraphs(configuration, { logger, closers, metrics });

		const gateway = await openGateway(
			configuration,
			{
				subgraphs: [...(near?.subgraphs ?? []), ...far].map((subgraph) =>
					subgraph.name === "registry" ? refreshAfterMutations(subgraph, () => graph.lookAll()) : subgraph,
				),
				files: near?.files ?? farFiles(place("serving"), closers),
				features: near?.features ?? farFeatures(place("serving"), closers),
				push: near?.push ?? farPush(place("serving"), closers),
				metrics,
				...(crew === null ? {} : { health: healthOfAll(crew), reservedStreams: false }),
			},
			logger,
		);
		closers.add("gateway", () => gateway.close());
		const { changed, look, stop } = followGraph({ refresh: () => gateway.refresh(), logger });
		crew?.answer("look", () => look().then(() => null));
		Object.assign(graph, { changed, lookAll: crew === null ? look : () => crew.ask("look") });
		closers.add("graph", async () => stop());
		const bus = sharedBus(configuration, logger);
		if (bus !== null) closers.add("event bus", followBus(bus, changed, logger));
		if (crew !== null) await look();
		const url = await listen(gateway.app, configuration);
		logger.info({ address: url }, "listening");
		if (crew === null) void look();
		return url;
	});
}

interface Place {
	readonly name: SubgraphName;
	readonly url: string;
	readonly sign: RequestSigner;
}

/** Where a subgraph is, and how it knows us. */
function placesOf({ subgraphUrls, subgraphSecrets }: Configuration): (name: SubgraphName) => Place {
	const [key] = signingKeys(subgraphSecrets);
	return (name) => {
		const url = subgraphUrls[name];
		if (url === undefined || key === undefined) throw new Error(`The place of ${name} was to be checked before`);
		return { name, url, sign: requestSigner(key, { subgraph: name }) };
	};
}

function farSubgraphs(
	{ localSubgraphs: local }: Configuration,
	placeOf: (name: SubgraphName) => Place,
	{ metrics, logger, closers, changed }: FarContext,
): readonly SubgraphExecutor[] {
	const counted = createHttpSubgraphMetrics(metrics);
	return subgraphNames
		.filter((name) => !local.includes(name))
		.map((name) => {
			const place = placeOf(name);
			const subgraph = httpSubgraph({
				...place,
				sdl: knownSdl(name, serviceSdl(name, place.url, place.sign), logger),
				logger,
				metrics: counted,
				schemaChanged: changed,
				passedHeaders: [forceHeader, cacheHeader],
			});
			closers.add(`connections to ${name}`, () => subgraph.close());
			return subgraph;
		});
}

interface FarContext {
	readonly metrics: Metrics;
	readonly logger: Logger;
	readonly closers: Closers;
	/** An answer shows that a subgraph has another schema. */
	readonly changed: () => void;
}

function farFiles({ name, url, sign }: Place, closers: Closers): RemoteFiles {
	const files = remoteFiles(name, url, sign);
	closers.add("connections for files", () => files.close());
	return files;
}

function farFeatures({ name, url, sign }: Place, closers: Closers): ReadFeatures {
	const { readFeatures, close } = remoteFeatures(name, url, sign);
	closers.add("connections for features", close);
	return readFeatures;
}

function farPush({ name, url, sign }: Place, closers: Closers): TakePush {
	const { takePush, close } = remotePush(name, url, sign);
	closers.add("connections for pushes", close);
	return takePush;
}
