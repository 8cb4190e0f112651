import { buildSubgraphSchema } from "@apollo/subgraph";
import DataLoader from "dataloader";
import { GraphQLError, type GraphQLFieldResolver, parse } from "graphql";
import { FeaturegraphError, FeaturegraphErrors } from "../../../core/errors/featuregraph-error.ts";
import type { OperationContext } from "../../../core/ports/subgraph.ts";
import type { LoadedSubgraph } from "../../../gateway/transport/in-process.ts";

type Resolve = GraphQLFieldResolver<Record<string, unknown>, OperationContext>;
type Resolvers = Record<string, Record<string, unknown>>;

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])\n`;

export function subgraph(sdl: string, resolvers: Resolvers): LoadedSubgraph {
	const full = link + sdl;
	return { sdl: full, schema: buildSubgraphSchema([{ typeDefs: parse(full), resolvers: resolvers as never }]) };
}

/** What the fixtures hold, and what they were asked. */
export class World {
	readonly values = new Map<string, number>([
		["1", 10],
		["2", 20],
	]);
	/** The keys of each batch that the value loader fetched. */
	readonly batches: string[][] = [];
	readonly scopes: object[] = [];
	#listeners = new Set<(id: string) => void>();

	emit(id: string): void {
		for (const listener of this.#listeners) listener(id);
	}

	get listening(): number {
		return this.#listeners.size;
	}

	/** Ids as they are emitted; `return` ends it also while one is awaited. */
	follow(): AsyncIterableIterator<string> {
		const queue: string[] = [];
		const waiting: ((result: IteratorResult<string>) => void)[] = [];
		const listener = (id: string) => {
			const next = waiting.shift();
			if (next === undefined) queue.push(id);
			else next({ done: false, value: id });
		};
		this.#listeners.add(listener);
		return {
			next: () => {
				const id = queue.shift();
				return id === undefined
					? new Promise((resolve) => waiting.push(resolve))
					: Promise.resolve({ done: false, value: id });
			},
			return: async () => {
				this.#listeners.delete(listener);
				for (const resolve of waiting.splice(0)) resolve({ done: true, value: undefined });
				return { done: true, value: undefined };
			},
			[Symbol.asyncIterator]() {
				return this;
			},
		};
	}
}

/** Things by name; it owns their existence. */
export function registrySubgraph(extraField = ""): LoadedSubgraph {
	const things = new Map([
		["1", { __typename: "Thing", id: "1", name: "one" }],
		["2", { __typename: "Thing", id: "2", name: "two" }],
	]);
	let asked = 0;
	const thing: Resolve = (_, { id }) => things.get(id as string) ?? null;
	return subgraph(
		`
		scalar Int64
		input Choice @oneOf { a: Int b: Int }
		type Query {
			thing(id: ID!): Thing
			things: [Thing!]
			whoAmI: String
			exactly(n: Int64!): String
			choose(by: Choice!): Int
			message(of: String): String
			slow(millis: Int!): String
			unknownView: Int
			several: Int
			internal: Int
			coded: Int
			mustBe: Int!
		}
		type Thing @key(fields: "id") { id: ID! name: String! timesAsked: Int! ${extraField} }
		`,
		{
			Query: {
				thing,
				things: () => [...things.values()],
				whoAmI: (_: unknown, __: unknown, { principal }: OperationContext) => principal.id,
				exactly: (_: unknown, { n }: { n: bigint }) => n.toString(),
				choose: (_: unknown, { by }: { by: { a?: number; b?: number } }) => by.a ?? by.b,
				message: (_: unknown, { of }: { of: string }) => of,
				slow: async (_: unknown, { millis }: { millis: number }) => {
					await new Promise((resolve) => setTimeout(resolve, millis));
					return "done";
				},
				unknownView: () => {
					throw new FeaturegraphError("UNKNOWN_VIEW", "No view `delay`.", {
						name: "delay",
						nearest: ["delays"],
						hint: "List the views.",
					});
				},
				several: () => {
					throw new FeaturegraphErrors([
						{ code: "INVALID_VALUE", message: "row 0", index: 0, nearest: [] },
						{ code: "INVALID_VALUE", message: "row 3", index: 3, nearest: [] },
					]);
				},
				internal: () => {
					throw new Error("password=hunter2 at /var/lib");
				},
				coded: () => {
					throw new GraphQLError("on purpose", { extensions: { code: "CONFLICT" } });
				},
				mustBe: () => null,
			},
			Thing: {
				__resolveReference: ({ id }: { id: string }) => things.get(id),
				later: () => "since the swap",
				timesAsked: () => ++asked,
			},
			Int64: {
				parseLiteral: (node: { value: string }) => BigInt(node.value),
				parseValue: (value: unknown) => {
					if (typeof value === "number" && !Number.isSafeInteger(value)) {
						throw new FeaturegraphError("INVALID_VALUE", "A number that may have been rounded.", {
							hint: "Send a string.",
						});
					}
					return BigInt(value as string | number);
				},
			},
		},
	);
}

/** Once the gateway has read this subgraph, `slow` takes as long as it is held, and counts whom it holds. */
export function holdSlow({ schema }: LoadedSubgraph): { readonly held: number; goOn(): void } {
	const slow = schema.getQueryType()?.getFields()["slow"];
	if (slow === undefined) throw new Error("The subgraph has no field `slow`.");
	const { promise, resolve: goOn } = Promise.withResolvers<void>();
	const holding = { held: 0, goOn };
	slow.resolve = async () => {
		holding.held += 1;
		await promise;
		return "done";
	};
	return holding;
}

/** Values of things, loaded in batches per scope; it changes and follows them. */
export function servingSubgraph(world: World): LoadedSubgraph {
	const loaders = new WeakMap<object, DataLoader<string, number | null>>();
	const loaderOf = (scope: object) => {
		const loader =
			loaders.get(scope) ??
			new DataLoader<string, number | null>(async (ids) => {
				world.batches.push([...ids]);
				return ids.map((id) => world.values.get(id) ?? null);
			});
		loaders.set(scope, loader);
		return loader;
	};
	return subgraph(
		`
		type Query { served: Int }
		type Mutation { write(id: ID!, value: Int!): Thing fail(id: ID!): Thing }
		type Subscription { changes: Thing refused: Thing }
		type Thing @key(fields: "id") { id: ID! value: Int reader: String! broken: Int fragile: Int! }
		`,
		{
			Query: { served: () => 1 },
			Mutation: {
				write: (_: unknown, { id, value }: { id: string; value: number }) => {
					world.values.set(id, value);
					return { id };
				},
				fail: (_: unknown, { id }: { id: string }) => {
					throw new FeaturegraphError("CONFLICT", `Somebody else wrote ${id}.`, { name: id });
				},
			},
			Subscription: {
				changes: {
					subscribe: () => world.follow(),
					resolve: (id: string) => (id === "fault" ? Promise.reject(new Error("secret")) : { id }),
				},
				refused: {
					subscribe: () => {
						throw new FeaturegraphError("ALERT_CURSOR_EXPIRED", "The cursor is too old.");
					},
				},
			},
			Thing: {
				__resolveReference: ({ id }: { id: string }) => ({ id }),
				value: ({ id }: { id: string }, _: unknown, { scope }: OperationContext) => {
					world.scopes.push(scope);
					return loaderOf(scope).load(id);
				},
				reader: (_: unknown, __: unknown, { principal }: OperationContext) => principal.id,
				broken: ({ id }: { id: string }) => {
					if (id === "2") throw new FeaturegraphError("STORE_UNAVAILABLE", "The store does not answer.");
					return Number(id);
				},
				fragile: ({ id }: { id: string }) => {
					if (id === "2") throw new FeaturegraphError("EXPRESSION_FAILED", "It broke.");
					return Number(id);
				},
			},
		},
	);
}
