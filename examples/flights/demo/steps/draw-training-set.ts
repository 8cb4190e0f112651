import type { Connection } from "../../../../cli/client/connection.ts";
import { request } from "../../../../cli/client/graphql.ts";
import {
	RequestFailed,
	refuseUserErrors,
	type ServerError,
	userErrorFields,
} from "../../../../cli/client/request-failed.ts";
import { subscribe } from "../../../../cli/client/subscription.ts";
import { startProgress } from "../../../../cli/output/progress.ts";

export interface TrainingSet {
	readonly id: string;
	readonly state: string;
	readonly progress: number;
	readonly rowCount: string | null;
	readonly byteCount: string | null;
	readonly url: string | null;
	readonly contentHash: string | null;
	readonly failure: ServerError | null;
}

const fields = "id state progress rowCount byteCount url contentHash failure { code message name nearest hint }";

/** Draws the features of `delay_model` for every label flight; the same flights file gives the same training set. */
export async function drawTrainingSet(connection: Connection, lastDeparture: string): Promise<TrainingSet> {
	const { createTrainingSet } = await request<{
		createTrainingSet: { trainingSet: TrainingSet; userErrors: ServerError[] };
	}>(
		connection,
		`mutation Draw($input: CreateTrainingSetInput!) {
			createTrainingSet(input: $input) { trainingSet { ${fields} } ${userErrorFields} }
		}`,
		{
			input: {
				project: connection.project,
				name: "departures of two weeks",
				select: { featureService: "delay_model" },
				labels: { source: "departures" },
				fullFeatureNames: true,
				idempotencyKey: `flights until ${lastDeparture}`,
			},
		},
	);
	refuseUserErrors(createTrainingSet.userErrors);
	return followTrainingSet(connection, createTrainingSet.trainingSet);
}

async function followTrainingSet(connection: Connection, queued: TrainingSet): Promise<TrainingSet> {
	const progress = startProgress("Drawing the training set");
	let latest = queued;
	const events = subscribe<{ trainingSetProgress: TrainingSet }>(
		connection,
		`subscription Progress($id: ID!) { trainingSetProgress(id: $id) { ${fields} } }`,
		{ id: queued.id },
	);
	for await (const { trainingSetProgress } of events) {
		latest = trainingSetProgress;
		progress.update(latest.progress, "");
	}
	if (latest.state !== "SUCCEEDED") {
		progress.failed(`The training set ended ${latest.state}`);
		throw new RequestFailed([
			latest.failure ?? { code: latest.state, message: `The training set ended ${latest.state}.` },
		]);
	}
	progress.done("Drew the training set");
	return latest;
}
