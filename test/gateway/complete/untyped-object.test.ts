import { buildSchema, getOperationAST, parse } from "graphql";
import { expect, it } from "vitest";
import { completionOf } from "../../../gateway/complete/completion.ts";
import { FieldFailure } from "../../../gateway/execute/field-failure.ts";

const schema = buildSchema(`
	type Query { shape: Shape }
	interface Shape { round: Int square: Int }
	type Dot implements Shape { round: Int square: Int size: Int }
	type Line implements Shape { round: Int square: Int length: Int }
`);

function completed(query: string) {
	const document = parse(query);
	const operation = getOperationAST(document);
	if (operation == null) throw new Error("No operation");
	const complete = completionOf({
		schema,
		document,
		operation,
		conditions: {},
		withheld: new Map(),
		plannedKey: ({ name }) => name.value,
		mostErrors: 10,
	});
	const typename = FieldFailure.of({ message: "late", extensions: { service: "two" } });
	const { data, errors } = complete({ shape: { square: 2, __typename: typename } }, {}, []);
	return { data, errors: errors?.map(({ path, extensions }) => [path?.join("."), extensions["service"]]) };
}

it("an object is null where its type did not come, and what is read of it depends on that", () => {
	const lacking = { data: { shape: null }, errors: [["shape", "two"]] };
	expect(completed("{ shape { square ... on Dot { size } } }")).toEqual(lacking);
	expect(completed("{ shape { __typename } }")).toEqual(lacking);
	expect(completed("{ shape { square } }")).toEqual({ data: { shape: { square: 2 } } });
});
