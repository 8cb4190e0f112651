import { subgraph } from "../support/subgraphs.ts";

/** A graph with all that hostile documents like: recursion, interfaces, lists, recursive inputs, two subgraphs. */

const being = { __typename: "Person", id: "1", name: "one" };

export const beings = subgraph(
	`
	interface Being { id: ID! name: String friend(id: ID): Being friends: [Being!] }
	type Person implements Being @key(fields: "id") { id: ID! name: String friend(id: ID): Being friends: [Being!] boss: Person }
	type Robot implements Being { id: ID! name: String friend(id: ID): Being friends: [Being!] model: String }
	union Anything = Person | Robot
	input Deep { deep: Deep list: [Deep!] n: Int text: String }
	scalar JSON
	type Query {
		served: Int
		being(id: ID): Being
		person(id: ID): Person
		anything: Anything
		beings(first: Int! = 10): [Being!]
		byIds(ids: [ID!]!): [Being!]
		echo(text: String, number: Int, list: [Int!], json: JSON): String
		deep(deep: Deep): Int
	}
	type Mutation { write(text: String): Int }
	type Subscription { ticks: Int other: Int }
	`,
	{
		Being: { __resolveType: () => "Person" },
		Anything: { __resolveType: () => "Person" },
		Person: {
			__resolveReference: () => being,
			friend: () => null,
			friends: () => [],
			boss: () => null,
		},
		Query: {
			served: () => 1,
			being: () => being,
			person: () => being,
			anything: () => being,
			beings: () => [being],
			byIds: () => [being],
			echo: (_: unknown, { text }: { text?: string }) => text ?? null,
			deep: () => 1,
		},
		Mutation: { write: () => 1 },
		Subscription: { ticks: { subscribe: () => new Promise(() => undefined) } },
	},
);

export const ages = subgraph(
	`
	type Query { oldest: Person }
	type Person @key(fields: "id") { id: ID! age: Int twin: Person }
	`,
	{ Person: { __resolveReference: () => ({ id: "1" }), age: () => 1, twin: () => ({ id: "1" }) } },
);
