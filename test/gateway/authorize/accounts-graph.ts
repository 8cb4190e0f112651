import { compose } from "../../../schema/compose.ts";

export const accessLink = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
	"@key", "@shareable", "@external", "@requires", "@authenticated", "@requiresScopes", "@policy", "@interfaceObject"])\n`;

/** Each access directive in each of its places. */
export const accountsGraph = compose([
	{
		name: "accounts",
		sdl: `${accessLink}
			type Query {
				me: User @authenticated
				user(id: ID!): User
				users: [User!]!
				nodes: [Node!]!
				posts: [Post!]!
				search: [Found!]!
				vault: Vault
				secrets: [[Secret!]!]
				level: Level
				open: Int
			}
			type Mutation { rename: Int @requiresScopes(scopes: [["write"]]) touch: Int }
			type Subscription { events: Int @authenticated }
			interface Node { id: ID! }
			interface Post { id: ID! title: String }
			type User implements Node @key(fields: "id") {
				id: ID!
				name: String
				email: String @requiresScopes(scopes: [["read:email", "staff"], ["admin"]])
				ssn: String @policy(policies: [["hr", "eu"], ["root"]])
				both: Int @authenticated @requiresScopes(scopes: [["a"]]) @policy(policies: [["p"]])
				friends: [User!]!
				permitted: Int @requiresScopes(scopes: [["READ"]])
			}
			type Public implements Post { id: ID! title: String }
			type Draft implements Post { id: ID! title: String @authenticated author: User }
			type Vault @requiresScopes(scopes: [["vault"]]) { gold: Int owner: User }
			type Chest { gold: Int }
			scalar Secret @policy(policies: [["secrets"]])
			enum Level @authenticated { LOW HIGH }
			union Found = User | Vault | Chest
		`,
	},
	{
		name: "reviews",
		sdl: `${accessLink}
			type User @key(fields: "id") {
				id: ID!
				name: String @external
				email: String @external
				greeting: String @requires(fields: "name")
				digest: String @requires(fields: "email") @requiresScopes(scopes: [["read:email", "staff"], ["admin"]])
			}
		`,
	},
]);
