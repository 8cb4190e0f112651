import { Argument, Command } from "commander";
import { type Connection, connectionOf } from "../client/connection.ts";
import { request } from "../client/graphql.ts";
import { printJson, printTable } from "../output/data.ts";

const kinds = {
	entities: "ENTITY",
	sources: "DATA_SOURCE",
	views: "FEATURE_VIEW",
	services: "FEATURE_SERVICE",
	features: "FEATURE",
} as const;

interface Found {
	readonly __typename: string;
	readonly name: string;
	readonly version?: number;
	readonly description?: string | null;
	readonly owner?: { readonly name: string } | null;
	readonly view?: { readonly name: string };
}

interface Page {
	readonly search: {
		readonly edges: readonly { readonly node: Found }[];
		readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
	};
}

const pageQuery = `
	query List($project: String, $kinds: [DefinitionKind!], $after: String) {
		search(project: $project, kinds: $kinds, first: 100, after: $after) {
			edges { node {
				__typename
				... on Entity { name description owner { name } }
				... on DataSource { name }
				... on FeatureView { name version description owner { name } }
				... on Feature { name description view { name } }
				... on FeatureService { name version description owner { name } }
			} }
			pageInfo { hasNextPage endCursor }
		}
	}
`;

export const listCommand = () =>
	new Command("list")
		.description("Lists what the registry holds.")
		.addArgument(new Argument("[kind]", "of what kind").choices(Object.keys(kinds)))
		.action(async (kind: keyof typeof kinds | undefined, _options: object, command: Command) => {
			const connection = connectionOf(command);
			const found = await listAll(connection, kind === undefined ? allObjects : [kinds[kind]]);
			if (connection.json) printJson(found);
			else printTable(["KIND", "NAME", "VERSION", "OWNER", "DESCRIPTION"], found.map(toCells));
		});

/** Everything that the registry is listed by without a kind: features are listed when asked for. */
const allObjects = [kinds.entities, kinds.sources, kinds.views, kinds.services];

async function listAll(connection: Connection, wanted: readonly string[]): Promise<Found[]> {
	const found: Found[] = [];
	let after: string | null = null;
	do {
		const variables: Record<string, unknown> = { project: connection.project, kinds: wanted, after };
		const page: Page = await request<Page>(connection, pageQuery, variables);
		for (const { node } of page.search.edges) found.push(node);
		after = page.search.pageInfo.hasNextPage ? page.search.pageInfo.endCursor : null;
	} while (after !== null);
	return found;
}

function toCells(node: Found): string[] {
	return [
		node.__typename,
		node.view === undefined ? node.name : `${node.view.name}:${node.name}`,
		node.version === undefined ? "" : String(node.version),
		node.owner?.name ?? "",
		node.description ?? "",
	];
}
