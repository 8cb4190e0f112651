import { Command, Option } from "commander";
import { type Connection, connectionOf } from "../client/connection.ts";
import { download } from "../client/files.ts";
import { request } from "../client/graphql.ts";
import { RequestFailed, refuseUserErrors, type ServerError, userErrorFields } from "../client/request-failed.ts";
import { subscribe } from "../client/subscription.ts";
import { knownOf } from "../input/known.ts";
import { labelSourceOf } from "../input/label-source.ts";
import { selectionOf } from "../input/selection.ts";
import { printJson } from "../output/data.ts";
import { startProgress } from "../output/progress.ts";

interface TrainingSet {
	readonly id: string;
	readonly state: string;
	readonly progress: number;
	readonly rowCount: string | null;
	readonly byteCount: string | null;
	readonly url: string | null;
	readonly contentHash: string | null;
	readonly failure: ServerError | null;
}

const trainingSetFields = `
	id name state progress rowCount byteCount format url contentHash failure { code message name nearest hint }
`;

interface TrainingSetOptions {
	readonly service?: string;
	readonly source?: string;
	readonly labels?: string;
	readonly timestamp: string;
	readonly known?: string;
	readonly format: string;
	readonly name?: string;
	readonly fullNames: boolean;
	readonly out?: string;
}

export const trainingSetCommand = () =>
	new Command("training-set")
		.description("Draws a point-in-time correct training set into a file.")
		.argument("[features...]", "`view:feature`, `view:*`")
		.option("--service <name>", "the features of a service")
		.option("--source <name>", "label rows: a registered source")
		.option("--labels <file>", "label rows: a local Parquet, CSV, NDJSON or Arrow file")
		.option("--timestamp <column>", "the column of the instants", "event_timestamp")
		.option("--known <when>", "only what the store knew: `label-time`, or an instant")
		.addOption(
			new Option("--format <format>", "of the file").choices(["parquet", "arrow", "csv", "ndjson"]).default("parquet"),
		)
		.option("--name <name>", "a name for the training set")
		.option("--full-names", "name columns `view__feature`", false)
		.option("--out <file>", "download it to this file")
		.action(async (features: string[], options: TrainingSetOptions, command: Command) => {
			const connection = connectionOf(command);
			const queued = await create(connection, features, options);
			const drawn = await follow(connection, queued);
			if (drawn.failure !== null) throw new RequestFailed([drawn.failure]);
			if (options.out !== undefined && drawn.url !== null) await download(connection, drawn.url, options.out);
			if (connection.json) printJson(drawn);
			else process.stdout.write(`${options.out ?? new URL(drawn.url ?? "", `${connection.url}/`).href}\n`);
		});

async function create(connection: Connection, features: string[], options: TrainingSetOptions): Promise<TrainingSet> {
	const { createTrainingSet } = await request<{
		createTrainingSet: { trainingSet: TrainingSet; userErrors: ServerError[] };
	}>(
		connection,
		`mutation Create($input: CreateTrainingSetInput!) {
			createTrainingSet(input: $input) { trainingSet { ${trainingSetFields} } ${userErrorFields} }
		}`,
		{
			input: {
				project: connection.project,
				name: options.name ?? null,
				select: selectionOf(features, options.service),
				labels: await labelSourceOf(connection, options),
				timestampColumn: options.timestamp,
				known: knownOf(options.known),
				format: options.format.toUpperCase(),
				fullFeatureNames: options.fullNames,
			},
		},
	);
	refuseUserErrors(createTrainingSet.userErrors);
	return createTrainingSet.trainingSet;
}

async function follow(connection: Connection, queued: TrainingSet): Promise<TrainingSet> {
	const progress = startProgress("Drawing the training set");
	let latest = queued;
	const events = subscribe<{ trainingSetProgress: TrainingSet }>(
		connection,
		`subscription Progress($id: ID!) { trainingSetProgress(id: $id) { ${trainingSetFields} } }`,
		{ id: queued.id },
	);
	for await (const { trainingSetProgress } of events) {
		latest = trainingSetProgress;
		progress.update(latest.progress, latest.rowCount === null ? "" : `${latest.rowCount} rows`);
	}
	if (latest.state === "SUCCEEDED")
		progress.done(`Drew ${latest.rowCount ?? "0"} rows, ${latest.byteCount ?? "0"} bytes`);
	else progress.failed(`The training set ended ${latest.state}`);
	return latest;
}
