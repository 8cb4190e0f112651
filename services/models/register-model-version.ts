import { requirePermission } from "../../core/access/require-permission.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { IdempotencyStore } from "../../core/ports/idempotency-store.ts";
import type { ModelStore, ModelVersion } from "../../core/ports/model-store.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { TrainingStore } from "../../core/ports/training-store.ts";
import { checkArtifactUri } from "./check-artifact.ts";
import { pinnedService } from "./pinned-service.ts";

export interface ModelDeps {
	readonly registry: RegistryReader;
	readonly models: ModelStore;
	readonly training: TrainingStore;
	readonly idempotency: IdempotencyStore;
	readonly clock: Clock;
}

export interface RegisterModelVersionInput {
	readonly project: string;
	readonly model: string;
	readonly featureService: string | null;
	readonly featureServiceVersion: number | null;
	/** Id of a training set. */
	readonly trainingSet: string | null;
	readonly artifactUri: string | null;
	readonly description: string | null;
	readonly tags: readonly string[] | null;
	readonly idempotencyKey: string | null;
}

const modelName = /^[\p{L}\p{N}][\p{L}\p{N}_. -]{0,127}$/u;
const mostTags = 50;
const longestDescription = 10_000;

/** Registers the next version of a model (the model itself at its first), pinned to what it reads and was trained on. */
export async function registerModelVersion(
	deps: ModelDeps,
	principal: Principal,
	input: RegisterModelVersionInput,
): Promise<ModelVersion> {
	requirePermission(principal, "WRITE_MODELS", input.project);
	checkText(input);
	if (input.artifactUri !== null) checkArtifactUri(input.artifactUri);
	const register = async (): Promise<ModelVersion> => {
		const snapshot = await deps.registry.snapshot(input.project);
		if (input.featureService === null && input.featureServiceVersion !== null) {
			throw new FeaturegraphError("BAD_USER_INPUT", "`featureServiceVersion` is given without `featureService`.", {
				path: ["featureServiceVersion"],
				hint: "Name the feature service whose version it is.",
			});
		}
		const service =
			input.featureService === null ? null : pinnedService(snapshot, input.featureService, input.featureServiceVersion);
		if (input.trainingSet !== null) await checkTrainingSet(deps.training, snapshot.projectId, input.trainingSet);
		return deps.models.register({
			projectId: snapshot.projectId,
			project: input.project,
			model: input.model,
			description: input.description,
			tags: input.tags ?? [],
			artifactUri: input.artifactUri,
			serviceVersionId: service?.id ?? null,
			trainingSetId: input.trainingSet,
			createdAt: deps.clock.now(),
			createdBy: principal.id,
		});
	};
	if (input.idempotencyKey === null) return register();
	let made: ModelVersion | null = null;
	const scope = { project: input.project, mutation: "registerModelVersion", principal: principal.id };
	const id = await deps.idempotency.once(scope, input.idempotencyKey, async () => {
		made = await register();
		return made.id;
	});
	const version = made ?? (typeof id === "string" ? await deps.models.versionById(id) : null);
	if (version === null) throw new Error(`The model version ${JSON.stringify(id)} of a repeated call is gone.`);
	return version;
}

function checkText({ model, tags, description }: RegisterModelVersionInput): void {
	if (!modelName.test(model)) {
		throw new FeaturegraphError("INVALID_NAME", `"${model.slice(0, 200)}" cannot be the name of a model.`, {
			path: ["model"],
			name: model.slice(0, 200),
			hint: "Use letters, digits, spaces and `_ . -`, at most 128, a letter or digit first.",
		});
	}
	if (tags !== null && tags.length > mostTags) {
		throw new FeaturegraphError("LIMIT_EXCEEDED", `A model version has at most ${mostTags} tags.`, { path: ["tags"] });
	}
	if (description !== null && description.length > longestDescription) {
		throw new FeaturegraphError("LIMIT_EXCEEDED", `A description has at most ${longestDescription} characters.`, {
			path: ["description"],
		});
	}
}

async function checkTrainingSet(training: TrainingStore, projectId: number, id: string): Promise<void> {
	const set = await training.get(id);
	if (set?.run.projectId !== projectId) {
		throw new FeaturegraphError("NOT_FOUND", `There is no training set "${id}".`, {
			path: ["trainingSet"],
			name: id,
			hint: "List them with `trainingSets`.",
		});
	}
	if (set.run.state !== "SUCCEEDED") {
		throw new FeaturegraphError("CONFLICT", `The training set "${id}" is ${set.run.state}, not SUCCEEDED.`, {
			path: ["trainingSet"],
			name: id,
			hint: "A model version is pinned to a training set that is whole: wait until it has succeeded.",
		});
	}
}
