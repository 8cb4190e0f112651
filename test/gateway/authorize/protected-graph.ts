import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";
import type { OperationContext } from "../../../core/ports/subgraph.ts";
import { inProcessSubgraph, type LoadedSubgraph } from "../../../gateway/transport/in-process.ts";
import { silentLogger } from "../../support/silent-logger.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
	"@key", "@external", "@requires", "@override", "@authenticated", "@requiresScopes", "@policy"])\n`;

type Resolvers = Record<string, Record<string, unknown>>;

function loaded(sdl: string, resolvers: Resolvers): LoadedSubgraph {
	const full = link + sdl;
	return { sdl: full, schema: buildSubgraphSchema([{ typeDefs: parse(full), resolvers: resolvers as never }]) };
}

/** Two subgraphs with protected fields, which note each field that they resolve. */
export function protectedGraph() {
	/** `accounts User.email`, and for whom. */
	const resolved: string[] = [];
	const note =
		(subgraph: string, coordinate: string, value: unknown) => (_: unknown, __: unknown, context: OperationContext) => {
			resolved.push(`${subgraph} ${coordinate} ${context.principal.id}`);
			return value;
		};
	const users = ["1", "2"].map((id) => ({ __typename: "User", id }));
	const own = ({ id }: { id: string }) => users.find((user) => user.id === id);
	const ofUser = (name: string) => (user: { id: string }, _: unknown, context: OperationContext) => {
		resolved.push(`accounts User.${name} ${context.principal.id}`);
		return `${name} ${user.id}`;
	};

	const accounts = loaded(
		`
		type Query {
			me: User @authenticated
			users: [User!]!
			strict: Strict
			search: [Found!]!
			alone: Int @requiresScopes(scopes: [["alone"]])
			open: Int
		}
		type Mutation { wipe: Int @requiresScopes(scopes: [["wipe"]]) touch: Int }
		type Subscription { ticks: Int @authenticated pulses: Pulse }
		type Pulse { beat: Int rate: Int @requiresScopes(scopes: [["rate"]]) }
		type User @key(fields: "id") {
			id: ID!
			name: String
			email: String @requiresScopes(scopes: [["email"]])
			ssn: String! @policy(policies: [["hr"]])
			bio: String
			motto: String
		}
		type Strict { secret: Int! @authenticated }
		type Vault @requiresScopes(scopes: [["vault"]]) { gold: Int }
		union Found = User | Vault
		`,
		{
			Query: {
				me: () => users[0],
				users: () => users,
				strict: () => ({ secret: 7 }),
				search: () => [users[0], { __typename: "Vault", gold: 3 }],
				alone: note("accounts", "Query.alone", 1),
				open: () => 1,
			},
			Mutation: { wipe: note("accounts", "Mutation.wipe", 1), touch: note("accounts", "Mutation.touch", 1) },
			Subscription: {
				ticks: {
					async *subscribe() {
						resolved.push("accounts Subscription.ticks");
						yield { ticks: 1 };
					},
				},
				pulses: {
					async *subscribe() {
						yield { pulses: { beat: 1, rate: 60 } };
					},
				},
			},
			User: {
				__resolveReference: own,
				name: ofUser("name"),
				email: ofUser("email"),
				ssn: ofUser("ssn"),
				bio: ofUser("bio"),
				motto: ofUser("motto"),
			},
		},
	);
	const letters = loaded(
		`
		type User @key(fields: "id") {
			id: ID!
			email: String @external
			letter: String @requires(fields: "email") @requiresScopes(scopes: [["email"]])
			bio: String @override(from: "accounts", label: "new-bio")
			motto: String @override(from: "accounts", label: "percent(50)")
		}
		`,
		{
			User: {
				__resolveReference: (reference: object) => reference,
				letter: ({ email }: { email?: string }) => `to ${email}`,
				bio: ({ id }: { id: string }) => `new bio ${id}`,
				motto: ({ id }: { id: string }) => `new motto ${id}`,
			},
		},
	);
	return {
		resolved,
		subgraphs: [
			inProcessSubgraph("accounts", () => accounts, silentLogger),
			inProcessSubgraph("letters", () => letters, silentLogger),
		],
	};
}
