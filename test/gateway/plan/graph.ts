import { compose } from "../../../schema/compose.ts";

const link = (...directives: string[]) =>
	`extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${directives.map((name) => `"@${name}"`).join(", ")}])\n`;

/** Two subgraphs, with fields that move from one to the other by labels. */
export const sources = [
	{
		name: "people",
		sdl: `${link("key", "shareable")}
			type Query { users: [User!]! user(id: ID!): User }
			type Mutation { rename(id: ID!, name: String!): User }
			type Subscription { joined: User }
			type User @key(fields: "id") { id: ID! name: String bio: String motto: String friends: [User!] }`,
	},
	{
		name: "profiles",
		sdl: `${link("key", "override", "shareable")}
			type Query { profiles: Int }
			type User @key(fields: "id") {
				id: ID!
				reputation: Int
				name: String @override(from: "people", label: "percent(25)")
				motto: String @override(from: "people", label: "percent(60)")
				bio: String @override(from: "people", label: "new-bio")
			}`,
	},
];

export const { supergraphSdl } = compose(sources);

/** The same graph with one more field: another hash. */
export function supergraphWith(field: string): string {
	return compose(
		sources.map(({ name, sdl }) => ({
			name,
			sdl: sdl.replace("type Query {", `type Query { ${field}: Int @shareable`),
		})),
	).supergraphSdl;
}

export const question = (text: string, percentage = 100, labels: readonly string[] = []) => ({
	text,
	percentage,
	labels,
});

/** A valid document that ends the planner's process: graphql-js refuses it, so that it never gets there. */
export const cyclic = "{ users { ...A } } fragment A on User { id ...B } fragment B on User { name ...A }";

/** A valid document of `levels` fragments that each spread the next one twice: doubles with each. */
export function bomb(levels: number, field = "id"): string {
	const fragments = Array.from(
		{ length: levels },
		(_, level) =>
			`fragment F${level} on User { ${level === levels - 1 ? field : `a${level}: friends { ...F${level + 1} } b${level}: friends { ...F${level + 1} }`} }`,
	);
	return `{ users { ...F0 } } ${fragments.join(" ")}`;
}
