/**
 * The graph that is measured: accounts, products, inventory and reviews, as SDL and plain resolvers. It imports
 * nothing: each gateway builds its schemas with the graphql package of its own.
 */
const link = (names) =>
	`extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: [${names.map((name) => `"${name}"`).join(", ")}])\n`;

const users = Array.from({ length: 6 }, (_, i) => ({
	id: `u${i}`,
	name: `User ${i}`,
	username: `user-${i}`,
	birthday: 1_000_000 + i,
}));
const products = Array.from({ length: 9 }, (_, i) => ({
	upc: `p${i}`,
	name: `Product ${i}`,
	price: 100 + 137 * i,
	weight: 50 + 61 * i,
}));
const stock = new Map(products.map(({ upc }, i) => [upc, i % 3 !== 0]));
const reviews = Array.from({ length: 11 }, (_, i) => ({
	id: `r${i}`,
	body: `A review of some length, the ${i}th of all that there are`,
	author: users[i % users.length].id,
	product: products[(i * 5) % products.length].upc,
}));

const by = (rows, key) => new Map(rows.map((row) => [row[key], row]));
const groupedBy = (rows, key) => Map.groupBy(rows, (row) => row[key]);
const usersById = by(users, "id");
const productsByUpc = by(products, "upc");
const reviewsById = by(reviews, "id");
const reviewsByAuthor = groupedBy(reviews, "author");
const reviewsByProduct = groupedBy(reviews, "product");

const shippingEstimate = ({ price, weight }) => (price > 1000 ? 0 : weight / 2);

export const subgraphs = {
	accounts: {
		typeDefs: `${link(["@key"])}
			type Query { me: User users: [User!]! user(id: ID!): User }
			type User @key(fields: "id") { id: ID! name: String username: String birthday: Int }`,
		resolvers: {
			Query: {
				me: () => users[0],
				users: () => users,
				user: (_, { id }) => usersById.get(id),
			},
			User: { __resolveReference: ({ id }) => usersById.get(id) },
		},
	},
	products: {
		typeDefs: `${link(["@key"])}
			type Query { topProducts(first: Int = 5): [Product!]! product(upc: ID!): Product }
			type Product @key(fields: "upc") { upc: ID! name: String price: Int weight: Int }`,
		resolvers: {
			Query: {
				topProducts: (_, { first }) => products.slice(0, first),
				product: (_, { upc }) => productsByUpc.get(upc),
			},
			Product: { __resolveReference: ({ upc }) => productsByUpc.get(upc) },
		},
	},
	inventory: {
		typeDefs: `${link(["@key", "@external", "@requires"])}
			type Query { stocked: Int }
			type Product @key(fields: "upc") {
				upc: ID!
				price: Int @external
				weight: Int @external
				inStock: Boolean
				shippingEstimate: Float @requires(fields: "price weight")
			}`,
		resolvers: {
			Query: { stocked: () => stock.size },
			Product: {
				__resolveReference: (reference) => ({ ...reference, inStock: stock.get(reference.upc) }),
				shippingEstimate,
			},
		},
	},
	reviews: {
		typeDefs: `${link(["@key"])}
			type Query { latestReview: Review }
			type Subscription { reviewAdded: Review! }
			type Review @key(fields: "id") { id: ID! body: String author: User product: Product }
			type User @key(fields: "id") { id: ID! reviews: [Review!] }
			type Product @key(fields: "upc") { upc: ID! reviews: [Review!] }`,
		resolvers: {
			Query: { latestReview: () => reviews.at(-1) },
			Subscription: {
				reviewAdded: { subscribe: published, resolve: (review) => review },
			},
			Review: {
				__resolveReference: ({ id }) => reviewsById.get(id),
				author: ({ author }) => ({ __typename: "User", id: author }),
				product: ({ product }) => ({ __typename: "Product", upc: product }),
			},
			User: {
				__resolveReference: ({ id }) => ({ id }),
				reviews: ({ id }) => reviewsByAuthor.get(id) ?? [],
			},
			Product: {
				__resolveReference: ({ upc }) => ({ upc }),
				reviews: ({ upc }) => reviewsByProduct.get(upc) ?? [],
			},
		},
	},
};

/** The same graph in one schema. */
export const monolith = {
	typeDefs: `
		type Query {
			me: User users: [User!]! user(id: ID!): User
			topProducts(first: Int = 5): [Product!]! product(upc: ID!): Product
			latestReview: Review
		}
		type User { id: ID! name: String username: String birthday: Int reviews: [Review!] }
		type Product {
			upc: ID! name: String price: Int weight: Int inStock: Boolean shippingEstimate: Float reviews: [Review!]
		}
		type Review { id: ID! body: String author: User product: Product }`,
	resolvers: {
		Query: {
			...subgraphs.accounts.resolvers.Query,
			...subgraphs.products.resolvers.Query,
			...subgraphs.reviews.resolvers.Query,
		},
		User: { reviews: ({ id }) => reviewsByAuthor.get(id) ?? [] },
		Product: {
			inStock: ({ upc }) => stock.get(upc),
			shippingEstimate,
			reviews: ({ upc }) => reviewsByProduct.get(upc) ?? [],
		},
		Review: {
			author: ({ author }) => usersById.get(author),
			product: ({ product }) => productsByUpc.get(product),
		},
	},
};

const listeners = new Set();

/** To all who follow reviews. */
export function publish(body) {
	for (const listener of listeners) listener({ ...reviews[0], body });
}

/** Reviews as they are published. */
async function* published() {
	const queue = [];
	let wake = () => undefined;
	const listener = (review) => {
		queue.push(review);
		wake();
	};
	listeners.add(listener);
	try {
		for (;;) {
			if (queue.length > 0) yield queue.shift();
			else await new Promise((resolve) => (wake = resolve));
		}
	} finally {
		listeners.delete(listener);
	}
}
