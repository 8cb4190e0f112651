import type { Connection } from "../client/connection.ts";
import { request } from "../client/graphql.ts";
import { refuseUserErrors, type ServerError, userErrorFields } from "../client/request-failed.ts";
import { subscribe } from "../client/subscription.ts";
import { startProgress } from "../output/progress.ts";

export interface TrainingSet {
	readonly id: string;
	readonly state: string;
	readonly progress: number;
	readonly rowCount: string | null;
	readonly byteCount: string | null;
	readonly url: string | null;
	readonly contentHash: string | null;
	readonly failure: ServerError | null;
	readonly leakage: readonly LeakageFinding[] | null;
	readonly splits: readonly TrainingSetSplit[] | null;
}

/** A feature whose values look like knowledge from the future. */
export interface LeakageFinding {
	readonly column: string;
	readonly share: number;
	readonly reason: string;
	readonly labelColumn: string | null;
	readonly correlation: number | null;
}

export interface TrainingSetSplit {
	readonly name: string;
	readonly rowCount: string;
	readonly byteCount: string;
	readonly url: string;
}

const fields = `
	id name state progress rowCount byteCount format url contentHash failure { code message name nearest hint }
	leakage { column share reason labelColumn correlation } splits { name rowCount byteCount url }
`;

/** Asks for a training set (`CreateTrainingSetInput` without its project) and follows it to its end. */
export async function drawTrainingSet(
	connection: Connection,
	input: Readonly<Record<string, unknown>>,
): Promise<TrainingSet> {
	const { createTrainingSet } = await request<{
		createTrainingSet: { trainingSet: TrainingSet; userErrors: ServerError[] };
	}>(
		connection,
		`mutation Create($input: CreateTrainingSetInput!) {
			createTrainingSet(input: $input) { trainingSet { ${fields} } ${userErrorFields} }
		}`,
		{ input: { project: connection.project, ...input } },
	);
	refuseUserErrors(createTrainingSet.userErrors);
	return follow(connection, createTrainingSet.trainingSet);
}

async function follow(connection: Connection, queued: TrainingSet): Promise<TrainingSet> {
	const progress = startProgress("Drawing the training set");
	let latest = queued;
	const events = subscribe<{ trainingSetProgress: TrainingSet }>(
		connection,
		`subscription Progress($id: ID!) { trainingSetProgress(id: $id) { ${fields} } }`,
		() => ({ id: queued.id }),
	);
	for await (const { trainingSetProgress } of events) {
		latest = trainingSetProgress;
		progress.update(latest.progress, latest.rowCount === null ? "" : `${latest.rowCount} rows`);
	}
	const { state, rowCount, byteCount } = latest;
	if (state === "SUCCEEDED") progress.done(`Drew ${rowCount ?? "0"} rows, ${byteCount ?? "0"} bytes`);
	else progress.failed(`The training set ended ${state}`);
	return latest;
}
