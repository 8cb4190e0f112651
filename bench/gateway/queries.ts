const user = "id username name";
const product = "upc name price weight inStock shippingEstimate";
const deep = `reviews { id body author { ${user} reviews { id body product { ${product} } } } }`;

export const queries = {
	/** Four subgraphs, several hops over entities, lists in lists. */
	heavy: `{
		users { ${user} reviews { id body product { ${product} ${deep} } } }
		topProducts(first: 5) { ${product} ${deep} }
	}`,
	/** Four fetches. */
	small: "{ topProducts(first: 2) { upc name inStock reviews { id body author { username } } } }",
	/** One subgraph answers all of it. */
	single: "{ topProducts(first: 5) { upc name price weight } }",
} as const;

export type QueryName = keyof typeof queries;
export const queryNames = Object.keys(queries) as QueryName[];
