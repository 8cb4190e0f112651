import fc from "fast-check";
import {
	buildSchema,
	type DocumentNode,
	type FieldNode,
	type FragmentDefinitionNode,
	type GraphQLCompositeType,
	getNamedType,
	getOperationAST,
	isCompositeType,
	isUnionType,
	Kind,
	type OperationDefinitionNode,
	parse,
	type SelectionSetNode,
	validate,
} from "graphql";
import { expect, test } from "vitest";
import type { Principal } from "../../../core/ports/principal.ts";
import { createAuthorization, policiesOfCredential } from "../../../gateway/authorize/authorization.ts";
import type { WithheldFields } from "../../../gateway/authorize/withheld-fields.ts";
import { accountsGraph } from "./accounts-graph.ts";

const schema = buildSchema(accountsGraph.publicSdl);
const authorize = createAuthorization(parse(accountsGraph.supergraphSdl), policiesOfCredential);

interface Rights {
	readonly credential: boolean;
	readonly names: ReadonlySet<string>;
}

/** Who may read what, by hand. What is not here is for everybody. */
const email = ({ names }: Rights) => names.has("admin") || (names.has("read:email") && names.has("staff"));
const vault = ({ names }: Rights) => names.has("vault");
const signedIn = ({ credential }: Rights) => credential;
const table: Readonly<Record<string, (rights: Rights) => boolean>> = {
	"Query.me": signedIn,
	"Query.vault": vault,
	"Query.secrets": ({ names }) => names.has("secrets"),
	"Query.level": signedIn,
	"User.email": email,
	"User.digest": email,
	"User.ssn": ({ names }) => names.has("root") || (names.has("hr") && names.has("eu")),
	"User.both": ({ credential, names }) => credential && names.has("a") && names.has("p"),
	"User.permitted": ({ names }) => names.has("READ"),
	"Draft.title": signedIn,
	"Post.title": signedIn,
	"Vault.gold": vault,
	"Vault.owner": vault,
};
const mayRead = (coordinate: string, rights: Rights): boolean => table[coordinate]?.(rights) ?? true;

const scopes = ["read:email", "staff", "admin", "a", "vault"];
const policies = ["hr", "eu", "root", "p", "secrets"];
const rightsArbitrary = fc.record({
	credential: fc.boolean(),
	scopes: fc.subarray(scopes),
	policies: fc.subarray(policies),
	reads: fc.boolean(),
});

/** A document from a tape of choices: every field has an alias of its own, so that it can be told from all others. */
function documentFrom(tape: readonly number[]): string {
	let at = 0;
	const choose = (count: number): number => (tape[at++ % tape.length] ?? 0) % count;
	let aliases = 0;
	const fragments: string[] = [];
	const pickOne = <T>(items: readonly T[]): T | undefined => items[choose(items.length)];
	const narrower = (type: GraphQLCompositeType): readonly GraphQLCompositeType[] =>
		"getFields" in type && !("resolveType" in type)
			? [type, ...type.getInterfaces()]
			: [type, ...schema.getPossibleTypes(type)];

	const selection = (type: GraphQLCompositeType, depth: number): string => {
		const kind = choose(6);
		if (depth > 0 && kind >= 4) {
			const on = pickOne(narrower(type)) ?? type;
			const body = `on ${on.name} ${selections(on, depth - 1)}`;
			if (kind === 4) return `... ${body}`;
			const name = `F${fragments.length}`;
			fragments.push("");
			fragments[Number(name.slice(1))] = `fragment ${name} ${body}`;
			return `...${name}`;
		}
		const field = isUnionType(type) ? undefined : pickOne(Object.values(type.getFields()));
		aliases += 1;
		if (field === undefined) return `a${aliases}: __typename`;
		const inner = getNamedType(field.type);
		if (isCompositeType(inner) && depth === 0) return `a${aliases}: __typename`;
		const args = field.args.length === 0 ? "" : "(id: 1)";
		return `a${aliases}: ${field.name}${args} ${isCompositeType(inner) ? selections(inner, depth - 1) : ""}`;
	};
	const selections = (type: GraphQLCompositeType, depth: number): string =>
		`{ ${Array.from({ length: 1 + choose(3) }, () => selection(type, depth)).join(" ")} }`;

	const query = schema.getQueryType();
	if (query === undefined || query === null) throw new Error("no query type");
	const operation = selections(query, 4);
	return [operation, ...fragments].join("\n");
}

/** Every field that is reached, through fragments, without going below those that `stop` names. */
function reached(
	document: DocumentNode,
	operation: OperationDefinitionNode,
	stop: (coordinate: string) => boolean = () => false,
): Map<string, { readonly field: FieldNode; readonly coordinate: string }> {
	const fragments = new Map<string, FragmentDefinitionNode>();
	for (const definition of document.definitions) {
		if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
	}
	const found = new Map<string, { readonly field: FieldNode; readonly coordinate: string }>();
	const walk = (type: string, set: SelectionSetNode): void => {
		for (const node of set.selections) {
			if (node.kind === Kind.FRAGMENT_SPREAD) {
				const fragment = fragments.get(node.name.value);
				if (fragment === undefined) throw new Error(`no fragment ${node.name.value}`);
				walk(fragment.typeCondition.name.value, fragment.selectionSet);
			} else if (node.kind === Kind.INLINE_FRAGMENT) {
				walk(node.typeCondition?.name.value ?? type, node.selectionSet);
			} else {
				const coordinate = `${type}.${node.name.value}`;
				if (stop(coordinate)) continue;
				if (node.alias !== undefined) found.set(node.alias.value, { field: node, coordinate });
				const parent = schema.getType(type);
				if (parent === undefined || !("getFields" in parent) || node.selectionSet === undefined) continue;
				const field = parent.getFields()[node.name.value];
				if (field !== undefined) walk(getNamedType(field.type).name, node.selectionSet);
			}
		}
	};
	walk("Query", operation.selectionSet);
	return found;
}

test("what is withheld is what the table says, and what is planned is all the rest", () => {
	fc.assert(
		fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 60 }), rightsArbitrary, (tape, given) => {
			const document = parse(documentFrom(tape), { noLocation: true });
			expect(validate(schema, document).map(({ message }) => message)).toEqual([]);
			const operation = getOperationAST(document);
			if (operation === null || operation === undefined) throw new Error("no operation");
			const principal: Principal = {
				id: "somebody",
				permissions: new Set(given.reads ? ["READ"] : []),
				projects: null,
				...(given.credential
					? { credential: { scopes: new Set(given.scopes), policies: new Set(given.policies) } }
					: {}),
			};
			const named = given.credential ? [...given.scopes, ...given.policies] : [];
			const rights: Rights = {
				credential: given.credential,
				names: new Set(given.reads ? [...named, "READ"] : named),
			};
			const isWithheld = (coordinate: string) => !mayRead(coordinate, rights);

			const withheld = authorize(document, operation, principal) as WithheldFields;
			const all = [...reached(document, operation).values()];
			const expected = all.filter(({ coordinate }) => isWithheld(coordinate)).map(({ field }) => field);
			expect(new Set(withheld.reasons.keys())).toEqual(new Set(expected));
			expect(withheld.key === "").toBe(expected.length === 0);

			const planned = reached(withheld.document, withheld.operation);
			expect([...planned.keys()].sort()).toEqual([...reached(document, operation, isWithheld).keys()].sort());
			expect(validate(schema, withheld.document).map(({ message }) => message)).toEqual([]);
		}),
		{ numRuns: 500 },
	);
});
