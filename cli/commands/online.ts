import { Command } from "commander";
import { connectionOf } from "../client/connection.ts";
import { request } from "../client/graphql.ts";
import { exitCodes } from "../exit-codes.ts";
import { collect } from "../input/collect.ts";
import { parseRow, readRows } from "../input/rows.ts";
import { selectionOf } from "../input/selection.ts";
import { type Frame, frameFields, hasFailed, printFrame } from "../output/frame.ts";
import { onlineDropCommand } from "./online-drop.ts";
import { onlineUsageCommand } from "./online-usage.ts";

interface OnlineOptions {
	readonly service?: string;
	readonly row: readonly string[];
	readonly rows?: string;
	readonly fullNames: boolean;
}

export const onlineCommand = () =>
	new Command("online")
		.description("Reads the latest values of entities.")
		.argument("[features...]", "`view:feature`, `view:*`")
		.option("--service <name>", "the features of a service")
		.option("--row <assignments>", "an entity, `column=value,…` (may be repeated)", collect, [])
		.option("--rows <path>", "entities as a JSON array or NDJSON; `-` is stdin")
		.option("--full-names", "name columns `view__feature`", false)
		.action(async (features: string[], options: OnlineOptions, command: Command) => {
			const connection = connectionOf(command);
			const { onlineFeatures } = await request<{ onlineFeatures: Frame }>(
				connection,
				`query Online($project: String!, $select: FeatureSelection!, $entities: [EntityRow!]!, $full: Boolean!) {
					onlineFeatures(project: $project, select: $select, entities: $entities, fullFeatureNames: $full) { ${frameFields} }
				}`,
				{
					project: connection.project,
					select: selectionOf(features, options.service),
					entities: [...options.row.map(parseRow), ...(options.rows === undefined ? [] : await readRows(options.rows))],
					full: options.fullNames,
				},
			);
			printFrame(onlineFeatures, connection.json);
			if (hasFailed(onlineFeatures)) process.exitCode = exitCodes.failure;
		})
		.addCommand(onlineUsageCommand())
		.addCommand(onlineDropCommand());
