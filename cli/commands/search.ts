import { Command } from "commander";
import { connectionOf } from "../client/connection.ts";
import { request } from "../client/graphql.ts";
import { collect } from "../input/collect.ts";
import { printJson, printTable } from "../output/data.ts";

interface Hit {
	readonly score: number;
	readonly node: {
		readonly __typename: string;
		readonly name: string;
		readonly description?: string | null;
		readonly view?: { readonly name: string };
	};
}

const searchQuery = `
	query Search($project: String, $text: String, $tags: [String!], $owner: String, $first: Int!) {
		search(project: $project, text: $text, tags: $tags, owner: $owner, first: $first) {
			edges { score node {
				__typename
				... on Entity { name description }
				... on DataSource { name }
				... on FeatureView { name description }
				... on Feature { name description view { name } }
				... on FeatureService { name description }
			} }
		}
	}
`;

export const searchCommand = () =>
	new Command("search")
		.description("Finds definitions by words in names, descriptions, tags and owners, best match first.")
		.argument("[words...]", "what to look for")
		.option("--tag <tag>", "with this tag (may be repeated)", collect, [])
		.option("--owner <name>", "of this owner")
		.option("--first <n>", "at most so many", "20")
		.action(async (words: string[], options: { tag: string[]; owner?: string; first: string }, command: Command) => {
			const connection = connectionOf(command);
			const { search } = await request<{ search: { edges: Hit[] } }>(connection, searchQuery, {
				project: connection.project,
				text: words.length === 0 ? null : words.join(" "),
				tags: options.tag.length === 0 ? null : options.tag,
				owner: options.owner ?? null,
				first: Number(options.first),
			});
			if (connection.json) {
				printJson(search.edges);
				return;
			}
			printTable(
				["SCORE", "KIND", "NAME", "DESCRIPTION"],
				search.edges.map(({ score, node }) => [
					score.toFixed(2),
					node.__typename,
					node.view === undefined ? node.name : `${node.view.name}:${node.name}`,
					node.description ?? "",
				]),
			);
		});
