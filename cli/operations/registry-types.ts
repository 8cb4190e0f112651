import type { Connection } from "../client/connection.ts";
import { request } from "../client/graphql.ts";

export interface RegisteredView {
	readonly name: string;
	readonly keys: readonly { readonly name: string; readonly type: string }[];
	readonly features: readonly { readonly name: string; readonly type: string; readonly isArray: boolean }[];
}

export interface RegisteredService {
	readonly name: string;
	/** `view:feature` */
	readonly references: readonly string[];
}

interface Edges<Node> {
	readonly edges: readonly { readonly node: Node }[];
	readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface ViewNode {
	readonly name: string;
	readonly entities: readonly { readonly joinKeys: RegisteredView["keys"] }[];
	readonly features: Edges<RegisteredView["features"][number]>;
}

interface ServiceNode {
	readonly name: string;
	readonly features: Edges<{ readonly name: string; readonly view: { readonly name: string } }>;
}

const pageInfo = "pageInfo { hasNextPage endCursor }";
const featureFields = "name type isArray";
const referenceFields = "name view { name }";

/** Every view of the project with its keys and features. */
export async function requestViews(connection: Connection): Promise<RegisteredView[]> {
	const { project } = connection;
	const nodes = await allNodes<ViewNode>(async (after) => {
		const { featureViews } = await request<{ featureViews: Edges<ViewNode> }>(
			connection,
			`query Views($project: String!, $after: String) {
				featureViews(project: $project, first: 20, after: $after) {
					edges { node {
						name entities { joinKeys { name type } }
						features(first: 100) { edges { node { ${featureFields} } } ${pageInfo} }
					} }
					${pageInfo}
				}
			}`,
			{ project, after },
		);
		return featureViews;
	});
	return Promise.all(
		nodes.map(async ({ name, entities, features }) => ({
			name,
			keys: entities.flatMap(({ joinKeys }) => joinKeys),
			features: await restOf(features, async (after) => {
				const { featureView } = await request<{ featureView: Pick<ViewNode, "features"> }>(
					connection,
					`query Features($project: String!, $name: String!, $after: String) {
						featureView(project: $project, name: $name) {
							features(first: 100, after: $after) { edges { node { ${featureFields} } } ${pageInfo} }
						}
					}`,
					{ project, name, after },
				);
				return featureView.features;
			}),
		})),
	);
}

/** Every feature service of the project with what it reads. */
export async function requestServices(connection: Connection): Promise<RegisteredService[]> {
	const { project } = connection;
	const found = await allNodes<{ readonly name: string }>(async (after) => {
		const { search } = await request<{ search: Edges<{ readonly name: string }> }>(
			connection,
			`query Services($project: String!, $after: String) {
				search(project: $project, kinds: [FEATURE_SERVICE], first: 100, after: $after) {
					edges { node { ... on FeatureService { name } } } ${pageInfo}
				}
			}`,
			{ project, after },
		);
		return search;
	});
	return Promise.all(
		found.map(async ({ name }) => {
			const features = await allNodes<ServiceNode["features"]["edges"][number]["node"]>(async (after) => {
				const { featureService } = await request<{ featureService: Pick<ServiceNode, "features"> }>(
					connection,
					`query Service($project: String!, $name: String!, $after: String) {
						featureService(project: $project, name: $name) {
							features(first: 100, after: $after) { edges { node { ${referenceFields} } } ${pageInfo} }
						}
					}`,
					{ project, name, after },
				);
				return featureService.features;
			});
			return { name, references: features.map((feature) => `${feature.view.name}:${feature.name}`) };
		}),
	);
}

const allNodes = <Node>(page: (after: string | null) => Promise<Edges<Node>>): Promise<Node[]> =>
	page(null).then((first) => restOf(first, page));

async function restOf<Node>(first: Edges<Node>, page: (after: string | null) => Promise<Edges<Node>>): Promise<Node[]> {
	const nodes = first.edges.map(({ node }) => node);
	for (let { pageInfo } = first; pageInfo.hasNextPage; ) {
		const next = await page(pageInfo.endCursor);
		for (const { node } of next.edges) nodes.push(node);
		({ pageInfo } = next);
	}
	return nodes;
}
