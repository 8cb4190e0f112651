import fc from "fast-check";
import {
	type GraphQLField,
	type GraphQLInputType,
	type GraphQLNamedType,
	type GraphQLSchema,
	getNamedType,
	isAbstractType,
	isCompositeType,
	isEnumType,
	isInputObjectType,
	isInterfaceType,
	isListType,
	isNonNullType,
	isObjectType,
	parse,
	validate,
} from "graphql";
import { hash } from "./data.ts";

/** What fast-check draws: the interpretation against a schema is `documentOf`. */
export interface RawSelection {
	readonly pick: number;
	readonly alias: number;
	readonly args: number;
	readonly condition: number;
	readonly fragment: number;
	readonly children: readonly RawSelection[];
}

const choice = fc.nat({ max: 997 });
const selection = (levels: number): fc.Arbitrary<RawSelection> =>
	fc.record({
		pick: choice,
		alias: choice,
		args: choice,
		condition: choice,
		fragment: choice,
		children: levels === 0 ? fc.constant([]) : fc.array(selection(levels - 1), { maxLength: 5 }),
	});

export interface RawQuery {
	readonly mutation: boolean;
	readonly subscription?: boolean;
	readonly selections: readonly RawSelection[];
}

export const queryArbitrary: fc.Arbitrary<RawQuery> = fc.record({
	mutation: fc.integer({ min: 0, max: 6 }).map((n) => n === 6),
	selections: fc.array(selection(4), { minLength: 1, maxLength: 5 }),
});

export interface GeneratedQuery {
	readonly text: string;
	readonly variables: Record<string, unknown>;
}

const mostDepth = 6;
const mostFields = 60;

/** A valid operation of the schema. */
export function documentOf(schema: GraphQLSchema, raw: RawQuery): GeneratedQuery {
	const daring = write(schema, raw, true);
	if (validate(schema, parse(daring.text, { noLocation: true })).length === 0) return daring;
	// Two fields met under one alias.
	const plain = write(schema, raw, false);
	const errors = validate(schema, parse(plain.text, { noLocation: true }));
	if (errors.length > 0) throw new Error(`An invalid query: ${errors.join("; ")}\n${plain.text}`);
	return plain;
}

function write(schema: GraphQLSchema, raw: RawQuery, daring: boolean): GeneratedQuery {
	const subscription = raw.subscription === true ? schema.getSubscriptionType() : undefined;
	const mutation = raw.mutation ? schema.getMutationType() : undefined;
	const root = subscription ?? mutation ?? schema.getQueryType();
	if (root === null || root === undefined) throw new Error("No root type");
	const variables: Record<string, unknown> = {};
	const declared: string[] = [];
	const fragments: string[] = [];
	let fields = 0;

	const declare = (type: string, value: unknown): string => {
		const name = `v${declared.length}`;
		declared.push(`$${name}: ${type}`);
		if (value !== undefined) variables[name] = value;
		return `$${name}`;
	};
	/** Few variables, so that conditions meet. */
	const switchOf = (chosen: number): string => {
		const on = chosen % 2 === 0;
		const name = `${on ? "on" : "off"}${(chosen >> 1) % 2}`;
		if (!Object.hasOwn(variables, name)) declared.push(`$${name}: Boolean!`);
		variables[name] = on;
		return `$${name}`;
	};
	const condition = (chosen: number): string => {
		const argument = chosen >> 5;
		switch (chosen % 32) {
			case 25:
			case 26:
				return ` @include(if: ${switchOf(argument)})`;
			case 27:
			case 28:
				return ` @skip(if: ${switchOf(argument)})`;
			case 29:
				return ` @${argument % 2 === 0 ? "skip" : "include"}(if: ${String(argument % 4 < 2)})`;
			case 30:
				return ` @include(if: ${declare("Boolean! = true", undefined)})`;
			case 31:
				return ` @include(if: ${switchOf(argument)}) @skip(if: ${switchOf(argument >> 1)})`;
			default:
				return "";
		}
	};
	const selectionSet = (type: GraphQLNamedType, selections: readonly RawSelection[], depth: number): string => {
		const parts = selections.map((each) => one(type, each, depth)).filter((part) => part !== "");
		return `{ ${parts.length === 0 ? someLeaf(type) : parts.join(" ")} }`;
	};
	const one = (type: GraphQLNamedType, each: RawSelection, depth: number): string => {
		if (fields >= mostFields) return "";
		if (each.fragment % 7 > 4 && depth > 0) {
			const target = isAbstractType(type) ? narrowed(schema, type, each.pick) : widened(schema, type, each.pick);
			return fragment(target, { ...each, fragment: 0 }, depth, each.fragment % 7 === 6);
		}
		if (!isObjectType(type) && !isInterfaceType(type)) {
			return fragment(narrowed(schema, type, each.pick), { ...each, fragment: 0 }, depth, false);
		}
		const all = Object.values(type.getFields());
		if (each.pick % 11 === 10) return `${each.alias % 5 === 4 ? "kind: " : ""}__typename`;
		const field = all[each.pick % all.length];
		return field === undefined ? "" : fieldText(field, each, depth);
	};
	const fragment = (type: GraphQLNamedType, each: RawSelection, depth: number, named: boolean): string => {
		const inner = each.children.length === 0 ? [each] : each.children;
		const body = selectionSet(type, inner, depth + 1);
		if (!named) return `... on ${type.name}${condition(each.condition)} ${body}`;
		const name = `F${fragments.length}`;
		fragments.push(`fragment ${name} on ${type.name} ${body}`);
		return `...${name}${condition(each.condition)}`;
	};
	const fieldText = (field: GraphQLField<unknown, unknown>, each: RawSelection, depth: number): string => {
		const type = getNamedType(field.type);
		if (isCompositeType(type) && depth >= mostDepth) return "__typename";
		fields += 1;
		const args = argumentsOf(field, each.args, declare);
		const signature = args === "" ? "" : `_${hash(1, args).toString(36)}`;
		const leaf = !isCompositeType(type);
		const alias =
			daring && leaf && each.alias % 4 === 1
				? `as${hash(2, String(field.type)).toString(36)}: `
				: each.alias % 6 === 2 || signature !== ""
					? `${field.name}${signature}_${each.alias % 3}: `
					: "";
		const head = `${alias}${field.name}${args}${condition(each.condition)}`;
		return leaf ? head : `${head} ${selectionSet(type, each.children, depth + 1)}`;
	};

	/** A subscription has one field at its root, without a condition. */
	const event = (selected: RawSelection | undefined): string => {
		const all = Object.values(root.getFields());
		const field = all[(selected?.pick ?? 0) % all.length];
		return field === undefined || selected === undefined ? "" : fieldText(field, { ...selected, condition: 0 }, 0);
	};

	const body = subscription == null ? selectionSet(root, raw.selections, 0) : `{ ${event(raw.selections[0])} }`;
	const head = `${subscription != null ? "subscription" : mutation == null ? "query" : "mutation"} Generated`;
	const text = [`${head}${declared.length === 0 ? "" : `(${declared.join(", ")})`} ${body}`, ...fragments].join("\n");
	return { text, variables };
}

function someLeaf(type: GraphQLNamedType): string {
	const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
	return (
		fields.find((field) => field.args.length === 0 && !isCompositeType(getNamedType(field.type)))?.name ?? "__typename"
	);
}

function narrowed(schema: GraphQLSchema, type: GraphQLNamedType, pick: number): GraphQLNamedType {
	if (!isAbstractType(type)) return type;
	const members = schema.getPossibleTypes(type);
	const member = members[pick % members.length] ?? type;
	// Now and then a fragment on another interface of the member.
	return pick % 5 === 4 && isObjectType(member) ? (member.getInterfaces()[0] ?? member) : member;
}

function widened(schema: GraphQLSchema, type: GraphQLNamedType, pick: number): GraphQLNamedType {
	if (!isObjectType(type)) return type;
	const wider = [
		...type.getInterfaces(),
		...Object.values(schema.getTypeMap()).filter((other) => isAbstractType(other) && schema.isSubType(other, type)),
	];
	return pick % 2 === 1 ? (wider[pick % Math.max(wider.length, 1)] ?? type) : type;
}

/** Each argument is a literal, a variable of its own, or left out. */
function argumentsOf(
	field: GraphQLField<unknown, unknown>,
	chosen: number,
	declare: (type: string, value: unknown) => string,
): string {
	const written: string[] = [];
	for (const [index, { name, type, defaultValue }] of field.args.entries()) {
		const here = hash(chosen, `${name}${index}`);
		const optional = !isNonNullType(type) || defaultValue !== undefined;
		if (optional && here % 4 === 0) continue;
		const value = inputValue(type, here >> 2);
		const byVariable = here % 4 === 1;
		if (byVariable && optional && here % 8 === 1) written.push(`${name}: ${declare(String(type), undefined)}`);
		else written.push(`${name}: ${byVariable ? declare(String(type), value) : literal(type, value)}`);
	}
	return written.length === 0 ? "" : `(${written.join(", ")})`;
}

function inputValue(type: GraphQLInputType, chosen: number): unknown {
	if (isNonNullType(type)) return inputValue(type.ofType, chosen) ?? fallback(type.ofType);
	if (chosen % 7 === 0) return null;
	if (isListType(type)) {
		return Array.from({ length: chosen % 3 }, (_, index) => inputValue(type.ofType, hash(chosen, String(index))));
	}
	if (isEnumType(type)) return type.getValues()[chosen % type.getValues().length]?.name;
	if (isInputObjectType(type)) {
		return Object.fromEntries(
			Object.values(type.getFields()).flatMap((field) => {
				const here = hash(chosen, field.name);
				return !isNonNullType(field.type) && here % 3 === 0 ? [] : [[field.name, inputValue(field.type, here)]];
			}),
		);
	}
	switch (type.name) {
		case "Int":
			return (chosen % 19) - 9;
		case "Float":
			return (chosen % 19) / 4;
		case "Boolean":
			return chosen % 2 === 0;
		default:
			return ["", 'quo"te', "text", "ünïcode \n line", "{}", "$v0"][chosen % 6];
	}
}

function fallback(type: unknown): unknown {
	return inputValue(type as GraphQLInputType, 1);
}

function literal(type: GraphQLInputType, value: unknown): string {
	if (isNonNullType(type)) return literal(type.ofType, value);
	if (value === null || value === undefined) return "null";
	if (isListType(type)) {
		return `[${(value as unknown[]).map((item) => literal(type.ofType, item)).join(", ")}]`;
	}
	if (isEnumType(type)) return value as string;
	if (isInputObjectType(type)) {
		const fields = type.getFields();
		return `{ ${Object.entries(value)
			.map(([name, part]) => `${name}: ${literal(fields[name]!.type, part)}`)
			.join(", ")} }`;
	}
	return JSON.stringify(value);
}
