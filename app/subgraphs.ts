import type { Logger } from "../core/ports/logger.ts";
import type { SubgraphExecutor } from "../core/ports/subgraph.ts";
import { inProcessSubgraph, type LoadedSubgraph } from "../gateway/transport/in-process.ts";
import { type SubgraphName, subgraphNames, subgraphSdl } from "../schema/subgraph-sdl.ts";
import type { Registry } from "../services/registry/registry.ts";
import { modelsSchema } from "../subgraphs/models/schema.ts";
import { monitoringSchema } from "../subgraphs/monitoring/schema.ts";
import { registrySchema } from "../subgraphs/registry/schema.ts";
import type { FaceProject } from "../subgraphs/serving/entity-face/face.ts";
import { servingSchema } from "../subgraphs/serving/schema.ts";
import type { Configuration } from "./configuration/configuration.ts";
import type { UseCases } from "./use-cases.ts";

/** A subgraph as it is now: the same object while nothing changed. */
export type LoadSubgraph = () => Promise<LoadedSubgraph>;

/** One of the four subgraphs, on these use cases. Serving's schema follows the registry: it is made anew when a revision changed. */
export function subgraphLoader(
	name: SubgraphName,
	{ faces }: Pick<Configuration, "faces">,
	registry: Registry,
	useCases: UseCases,
): LoadSubgraph {
	if (name === "serving") return onRevision(faces, registry, (projects) => servingSchema(useCases.serving, projects));
	const schemas = {
		registry: () => registrySchema(registry),
		models: () => modelsSchema(useCases.models),
		monitoring: () => monitoringSchema(useCases.monitoring),
	};
	const loaded = Promise.resolve({ sdl: subgraphSdl(name), schema: schemas[name]() });
	return () => loaded;
}

/** The four subgraphs in this process. */
export function localSubgraphs(
	configuration: Pick<Configuration, "faces">,
	registry: Registry,
	useCases: UseCases,
	logger: Logger,
): readonly SubgraphExecutor[] {
	return subgraphNames.map((name) =>
		inProcessSubgraph(name, subgraphLoader(name, configuration, registry, useCases), logger),
	);
}

function onRevision(
	faces: Configuration["faces"],
	registry: Registry,
	build: (projects: readonly FaceProject[]) => LoadedSubgraph,
): LoadSubgraph {
	let latest: { readonly revisions: string; readonly loaded: LoadedSubgraph } | undefined;
	return async () => {
		const known = new Set(await registry.projects());
		const projects = await Promise.all(
			faces
				.filter(({ project }) => project === "default" || known.has(project))
				.map(async ({ project, prefix }) => ({ snapshot: await registry.snapshot(project), prefix })),
		);
		const revisions = JSON.stringify(projects.map(({ snapshot }) => [snapshot.project, snapshot.revision]));
		if (latest?.revisions !== revisions) latest = { revisions, loaded: build(projects) };
		return latest.loaded;
	};
}
