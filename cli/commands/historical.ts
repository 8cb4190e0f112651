import { Command } from "commander";
import { connectionOf } from "../client/connection.ts";
import { request } from "../client/graphql.ts";
import { exitCodes } from "../exit-codes.ts";
import { collect } from "../input/collect.ts";
import { knownOf } from "../input/known.ts";
import { parseRow, readRows } from "../input/rows.ts";
import { selectionOf } from "../input/selection.ts";
import { type Frame, frameFields, hasFailed, printFrame } from "../output/frame.ts";

interface HistoricalOptions {
	readonly service?: string;
	readonly label: readonly string[];
	readonly labels?: string;
	readonly timestamp: string;
	readonly known?: string;
	readonly fullNames: boolean;
}

export const historicalCommand = () =>
	new Command("historical")
		.description("Reads the values of entities as they were at given instants.")
		.argument("[features...]", "`view:feature`, `view:*`")
		.option("--service <name>", "the features of a service")
		.option("--label <assignments>", "a label row, `column=value,…` (may be repeated)", collect, [])
		.option("--labels <path>", "label rows as a JSON array or NDJSON; `-` is stdin")
		.option("--timestamp <column>", "the column of the instants", "event_timestamp")
		.option("--known <when>", "only what the store knew: `label-time`, or an instant")
		.option("--full-names", "name columns `view__feature`", false)
		.action(async (features: string[], options: HistoricalOptions, command: Command) => {
			const connection = connectionOf(command);
			const { historicalFeatures } = await request<{ historicalFeatures: Frame }>(
				connection,
				`query Historical(
					$project: String!, $select: FeatureSelection!, $labels: [EntityRow!]!
					$timestamp: String!, $known: Known, $full: Boolean!
				) {
					historicalFeatures(
						project: $project, select: $select, labels: $labels
						timestampColumn: $timestamp, known: $known, fullFeatureNames: $full
					) { ${frameFields} }
				}`,
				{
					project: connection.project,
					select: selectionOf(features, options.service),
					labels: [
						...options.label.map(parseRow),
						...(options.labels === undefined ? [] : await readRows(options.labels)),
					],
					timestamp: options.timestamp,
					known: knownOf(options.known),
					full: options.fullNames,
				},
			);
			printFrame(historicalFeatures, connection.json);
			if (hasFailed(historicalFeatures)) process.exitCode = exitCodes.failure;
		});
