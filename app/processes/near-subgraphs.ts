import type { Registry as Metrics } from "prom-client";
import type { Logger } from "../../core/ports/logger.ts";
import type { ReadFeatures } from "../../core/ports/read-features.ts";
import type { SubgraphExecutor } from "../../core/ports/subgraph.ts";
import type { TakePush } from "../../core/ports/take-push.ts";
import type { FilesOptions } from "../../gateway/http/files-route.ts";
import { inProcessSubgraph } from "../../gateway/transport/in-process.ts";
import type { Closers } from "../closers.ts";
import type { Configuration } from "../configuration/configuration.ts";
import { localFiles } from "../local-files.ts";
import { openHouse } from "../open-house.ts";
import { subgraphLoader } from "../subgraphs.ts";
import { systemClock } from "../system-clock.ts";

export interface NearSubgraphs {
	readonly subgraphs: readonly SubgraphExecutor[];
	/** Null, all, where serving, which has them, is not among these. */
	readonly files: Omit<FilesOptions, "authenticate"> | null;
	readonly features: ReadFeatures | null;
	readonly push: TakePush | null;
}

/** The subgraphs that a gateway runs in its own process, by configuration, and the stores that they need. */
export async function nearSubgraphs(
	configuration: Configuration,
	parts: { readonly logger: Logger; readonly closers: Closers; readonly metrics: Metrics },
): Promise<NearSubgraphs> {
	const { localSubgraphs: names } = configuration;
	const { adapters, registry, useCases } = await openHouse(configuration, { ...parts, clock: systemClock() });
	return {
		subgraphs: names.map((name) => {
			const present = subgraphLoader(name, configuration, registry, useCases);
			// The registry may be changed in another process, which wants to see it in the graph at once.
			return inProcessSubgraph(name, () => registry.refresh().then(present), parts.logger);
		}),
		files: names.includes("serving") ? localFiles(adapters, useCases) : null,
		features: names.includes("serving") ? useCases.readFeatures : null,
		push: names.includes("serving") ? useCases.takePush : null,
	};
}
