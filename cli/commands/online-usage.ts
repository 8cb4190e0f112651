import { Command } from "commander";
import { connectionOf } from "../client/connection.ts";
import { request } from "../client/graphql.ts";
import { printJson, printTable } from "../output/data.ts";

interface Usage {
	readonly entities: string;
	readonly bytes: string;
}

interface OnlineUsage extends Usage {
	readonly views: readonly (Usage & { readonly view: string; readonly version: number; readonly isPinned: boolean })[];
}

export const onlineUsageCommand = () =>
	new Command("usage")
		.description("Tells what the project takes of the online store, by view version. Looks at every key.")
		.action(async (_: unknown, command: Command) => {
			const connection = connectionOf(command);
			const { onlineUsage } = await request<{ onlineUsage: OnlineUsage }>(
				connection,
				`query Usage($project: String!) {
					onlineUsage(project: $project) { entities bytes views { view version isPinned entities bytes } }
				}`,
				{ project: connection.project },
			);
			if (connection.json) printJson(onlineUsage);
			else {
				printTable(
					["view", "pinned", "values", "bytes", "bytes per value"],
					[
						...onlineUsage.views.map((usage) => [
							`${usage.view}@${usage.version}`,
							usage.isPinned ? "yes" : "no",
							...amounts(usage),
						]),
						["all", "", ...amounts(onlineUsage)],
					],
				);
			}
		});

const amounts = ({ entities, bytes }: Usage): string[] => [
	entities,
	bytes,
	Number(entities) === 0 ? "" : String(Math.round(Number(bytes) / Number(entities))),
];
