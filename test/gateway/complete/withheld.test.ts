import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import { selectOperation } from "../../../gateway/admit/select-operation.ts";
import { createAuthorization, policiesOfCredential } from "../../../gateway/authorize/authorization.ts";
import { shop } from "../execute/shop.ts";
import { executedGraph, execution } from "../support/executed.ts";

/** Prices are for those who bring a credential, stock for nobody. */
const protectedGraph = parse(`
	directive @authenticated on FIELD_DEFINITION
	directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
	type Query { products: [Product] users: [User!] broken: Int @authenticated }
	type User { best: Product }
	type Product {
		id: ID!
		price: Float @authenticated
		stock: Int @requiresScopes(scopes: [["stock:read"]])
		fragile: Int! @requiresScopes(scopes: [["stock:read"]])
		shipping: Float
	}
`);

async function run(query: string) {
	const graph = await executedGraph(shop());
	const document = parse(query);
	const operation = selectOperation(document, null);
	const { principal } = execution();
	const withheld = await createAuthorization(protectedGraph, policiesOfCredential)(document, operation, principal);
	const { compiled, variables } = await graph.prepare(query, { document, withheld });
	const { data, errors = [] } = await compiled.execute(variables, execution());
	return {
		data,
		errors: errors.map(({ path, extensions }) => [path?.join("."), extensions["code"]]),
		texts: graph.asked.map(({ request }) => request.operation.text).join("\n"),
	};
}

describe("what is withheld", () => {
	it("is null with an error at each of its paths, and is not asked for", async () => {
		const { data, errors, texts } = await run("{ products { id cost: price stock shipping } broken }");
		expect(data).toEqual({
			products: [
				{ id: "p1", cost: null, stock: null, shipping: 4 },
				{ id: "p2", cost: null, stock: null, shipping: 2 },
			],
			broken: null,
		});
		expect(errors).toEqual([
			["products.0.cost", "UNAUTHENTICATED"],
			["products.0.stock", "FORBIDDEN"],
			["products.1.cost", "UNAUTHENTICATED"],
			["products.1.stock", "FORBIDDEN"],
			["broken", "UNAUTHENTICATED"],
		]);
		expect(texts).not.toMatch(/stock|broken|_alias_cost/);
	});

	it("takes with it what may not be null", async () => {
		const { data, errors } = await run("{ users { best { id fragile } } }");
		expect(data).toEqual({ users: [{ best: null }, { best: null }] });
		expect(errors).toEqual([
			["users.0.best.fragile", "FORBIDDEN"],
			["users.1.best.fragile", "FORBIDDEN"],
		]);
	});

	it("asks nobody where all of it is", async () => {
		expect(await run("{ broken }")).toEqual({
			data: { broken: null },
			errors: [["broken", "UNAUTHENTICATED"]],
			texts: "",
		});
	});
});
