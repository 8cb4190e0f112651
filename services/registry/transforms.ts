/** Functions of the operator's: found when definitions are read, loaded when a snapshot is. */
import type { ReadFiles } from "../../core/definitions/read-definitions.ts";
import { type FoundTransforms, parseTransform } from "../../core/definitions/transform.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { EvaluationFailure } from "../../core/expressions/expression-error.ts";
import { bindTransform } from "../../core/expressions/transform-expression.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { Transforms } from "../../core/ports/transforms.ts";
import type { RegistrySnapshot } from "../../core/registry/snapshot.ts";

/** The hash of each function's file that the definitions name, or why there is none. */
export async function findTransforms(
	transforms: Transforms,
	project: string,
	{ entries }: ReadFiles,
): Promise<FoundTransforms> {
	const found = new Map<string, string | FeaturegraphError>();
	for (const { shape } of entries.views.values()) {
		const text = shape !== null && shape.kind === "on-demand" ? shape.transform : undefined;
		const reference = text === undefined ? null : parseTransform(text);
		if (text === undefined || reference === null || found.has(text)) continue;
		const hash = transforms.fingerprint(project, reference.file, reference.name).catch((error: unknown) => {
			if (error instanceof FeaturegraphError) return error;
			throw error;
		});
		found.set(text, await hash);
	}
	return found;
}

/** Gives the versions of a snapshot their functions. What cannot be loaded is told once, and fails row by row. */
export async function bindTransforms(
	{ transforms, logger }: { readonly transforms: Transforms; readonly logger: Logger },
	{ project, views }: RegistrySnapshot,
): Promise<void> {
	for (const version of [...views.values()].flatMap(({ all }) => all)) {
		if (version.kind !== "ON_DEMAND" || version.definition.transform === undefined) continue;
		const { name, transform } = version.definition;
		try {
			bindTransform(version, await transforms.load(project, transform));
		} catch (error) {
			const told = { err: error, project, view: name, version: version.version };
			if (version.isCurrent) logger.error(told, "The function of a view cannot be loaded: its features are errors");
			else logger.warn(told, "The function of an old version of a view cannot be loaded: its features are errors");
			const reason = error instanceof FeaturegraphError ? error.message : "";
			bindTransform(version, () => {
				throw new EvaluationFailure(`The function of the view "${name}" cannot be loaded. ${reason}`.trim());
			});
		}
	}
}
