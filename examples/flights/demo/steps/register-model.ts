import type { Connection } from "../../../../cli/client/connection.ts";
import { request } from "../../../../cli/client/graphql.ts";
import { refuseUserErrors, type ServerError, userErrorFields } from "../../../../cli/client/request-failed.ts";

export interface RegisteredVersion {
	readonly version: number;
	readonly featureService: { readonly name: string; readonly version: number; readonly schemaHash: string };
	readonly trainingSet: { readonly id: string; readonly contentHash: string };
}

/** Registers the model, pinned to the service version that it reads and the training set that it saw. */
export async function registerModel(
	connection: Connection,
	trainingSetId: string,
	description: string,
): Promise<RegisteredVersion> {
	const { registerModelVersion } = await request<{
		registerModelVersion: { modelVersion: RegisteredVersion; userErrors: ServerError[] };
	}>(
		connection,
		`mutation Register($input: RegisterModelVersionInput!) {
			registerModelVersion(input: $input) {
				modelVersion { version featureService { name version schemaHash } trainingSet { id contentHash } }
				${userErrorFields}
			}
		}`,
		{
			input: {
				project: connection.project,
				model: "arrival_delay",
				featureService: "delay_model",
				trainingSet: trainingSetId,
				description,
				tags: ["ridge", "demo"],
				idempotencyKey: `trained on ${trainingSetId}`,
			},
		},
	);
	refuseUserErrors(registerModelVersion.userErrors);
	return registerModelVersion.modelVersion;
}
