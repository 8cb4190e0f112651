/** A part of the graph. */
export interface Part {
	readonly typeDefs: string;
	readonly resolvers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export const subgraphs: Readonly<Record<"accounts" | "products" | "inventory" | "reviews", Part>>;
export const monolith: Part;
/** A review to all who follow them. */
export function publish(body: string): void;
