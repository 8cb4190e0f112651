import type { Logger } from "../core/ports/logger.ts";
import type { SubgraphExecutor } from "../core/ports/subgraph.ts";
import { inProcessSubgraph, type LoadedSubgraph } from "../gateway/transport/in-process.ts";
import { subgraphSdl } from "../schema/subgraph-sdl.ts";
import type { Registry } from "../services/registry/registry.ts";
import { modelsSchema } from "../subgraphs/models/schema.ts";
import { monitoringSchema } from "../subgraphs/monitoring/schema.ts";
import { registrySchema } from "../subgraphs/registry/schema.ts";
import type { FaceProject } from "../subgraphs/serving/entity-face/face.ts";
import { servingSchema } from "../subgraphs/serving/schema.ts";
import type { Configuration } from "./configuration/configuration.ts";
import type { UseCases } from "./use-cases.ts";

/** The four subgraphs in this process. Serving's schema follows the registry: it is made anew when a revision changed. */
export function localSubgraphs(
	{ faces }: Pick<Configuration, "faces">,
	registry: Registry,
	useCases: UseCases,
	logger: Logger,
): readonly SubgraphExecutor[] {
	const loadServing = onRevision(faces, registry, (projects) => servingSchema(useCases.serving, projects));
	const fixed = (loaded: LoadedSubgraph) => () => loaded;
	return [
		inProcessSubgraph("registry", fixed({ sdl: subgraphSdl("registry"), schema: registrySchema(registry) }), logger),
		inProcessSubgraph("models", fixed({ sdl: subgraphSdl("models"), schema: modelsSchema(useCases.models) }), logger),
		inProcessSubgraph("serving", loadServing, logger),
		inProcessSubgraph(
			"monitoring",
			fixed({ sdl: subgraphSdl("monitoring"), schema: monitoringSchema(useCases.monitoring) }),
			logger,
		),
	];
}

function onRevision(
	faces: Configuration["faces"],
	registry: Registry,
	build: (projects: readonly FaceProject[]) => LoadedSubgraph,
): () => Promise<LoadedSubgraph> {
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
