/** The requests of a shape, as each contender takes them. */
import { tableFromArrays, tableToIPC } from "apache-arrow";
import { featureNames, type Width } from "./world.ts";

export interface Shape {
	readonly rows: number;
	readonly width: Width;
}

export interface Shot {
	readonly path: string;
	readonly contentType: string;
	readonly body: Buffer | string;
}

export type Way = "bare" | "static" | "graphql" | "typed" | "json" | "arrow";

const json = "application/json";
const idsOf = (rows: number): string[] => Array.from({ length: rows }, (_, index) => String((index * 7) % 10_000));

export function shotOf(way: Way, { rows, width }: Shape): Shot {
	const ids = idsOf(rows);
	const fields = featureNames(width).join(" ");
	const features = [`stats_${width}:*`];
	switch (way) {
		case "bare":
			return { path: "/read", contentType: json, body: JSON.stringify({ ids, width }) };
		case "static":
			return graphql(`query ($ids: [String!]!) { rows${width}(ids: $ids) { ${fields} } }`, { ids });
		case "graphql":
			return graphql(
				`query ($rows: [EntityRow!]!) { onlineFeatures(select: {features: ${JSON.stringify(features)}}, entities: $rows) { columns { name values } } }`,
				{ rows: ids.map((item) => ({ item })) },
			);
		case "typed":
			return graphql(
				`query ($keys: [ItemKey!]!) { entities { itemList(keys: $keys) { features { stats${width} { ${featureNames(width).map(fieldName).join(" ")} } } } } }`,
				{ keys: ids.map((item) => ({ item })) },
			);
		case "json":
			return {
				path: "/features",
				contentType: json,
				body: JSON.stringify({ select: { features }, entities: { item: ids } }),
			};
		case "arrow":
			return {
				path: `/features?request=${encodeURIComponent(JSON.stringify({ select: { features } }))}`,
				contentType: "application/vnd.apache.arrow.stream",
				body: Buffer.from(tableToIPC(tableFromArrays({ item: BigInt64Array.from(ids, BigInt) }), "stream")),
			};
	}
}

/** `f10_0` is `f100`: digits stay with the word before them. */
const fieldName = (name: string): string => name.replace("_", "");

const graphql = (query: string, variables: object): Shot => ({
	path: "/graphql",
	contentType: json,
	body: JSON.stringify({ query, variables }),
});
