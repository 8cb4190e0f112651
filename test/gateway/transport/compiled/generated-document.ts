import {
	type GraphQLArgument,
	type GraphQLCompositeType,
	type GraphQLInputType,
	GraphQLInt,
	type GraphQLSchema,
	getNamedType,
	getNullableType,
	isAbstractType,
	isCompositeType,
	isInterfaceType,
	isNonNullType,
	isObjectType,
	isUnionType,
} from "graphql";
import { choice, colour, filter, odd } from "./generated-schema.ts";
import type { Random } from "./random.ts";

export interface GeneratedOperation {
	readonly text: string;
	readonly variables: Readonly<Record<string, unknown>>;
}

/** A valid query over the schema, with variables that fit mostly. */
export function generatedOperation(schema: GraphQLSchema, random: Random): GeneratedOperation {
	const definitions: string[] = [];
	const variables: Record<string, unknown> = {};
	const fragments: string[] = [];
	let selected = 0;

	const variable = (type: GraphQLInputType, position: string, value: unknown, given: number): string => {
		const name = `v${definitions.length}`;
		const fallback = !isNonNullType(type) && getNullableType(type) === GraphQLInt && random.chance(30) ? " = 4" : "";
		definitions.push(`$${name}: ${position}${fallback}`);
		if (random.chance(given)) variables[name] = value;
		return `$${name}`;
	};

	const inputOf = (type: GraphQLInputType, nested: boolean): string => {
		const named = getNullableType(type);
		const asVariable = random.chance(nested ? 25 : 45);
		if (named === filter && !asVariable) return `{ ${filterFields(nested)} }`;
		if (named === choice && !asVariable) return random.chance(50) ? "{ number: 1 }" : `{ text: "t" }`;
		const literal = random.chance(10) && !isNonNullType(type) && named !== choice ? "null" : literalOf(named);
		if (!asVariable) return literal;
		return variable(type, String(type), valueFor(named), isNonNullType(type) ? 97 : 75);
	};
	const filterFields = (nested: boolean): string =>
		[
			random.chance(50) ? `least: ${inputOf(GraphQLInt, true)}` : "",
			random.chance(50) ? `colour: ${inputOf(colour, true)}` : "",
			random.chance(50) ? `odd: ${inputOf(odd, true)}` : "",
			random.chance(30) ? `among: [1, ${inputOf(GraphQLInt, true)}]` : "",
			!nested && random.chance(40) ? `not: ${inputOf(filter, true)}` : "",
			random.chance(30) ? `needed: "n"` : "",
		].join(" ");
	const literalOf = (type: GraphQLInputType): string => {
		if (type === GraphQLInt) return String(random.between(-3, 3));
		if (type === colour) return ["RED", "GREEN", "BLUE"][random.between(0, 2)] ?? "RED";
		if (type === odd) return ["1", `"x"`, "{ in: [2] }"][random.between(0, 2)] ?? "1";
		return `"s${random.between(0, 9)}"`;
	};
	const valueFor = (type: GraphQLInputType): unknown => {
		if (random.chance(5)) return { wrong: true };
		if (type === GraphQLInt) return random.between(-3, 3);
		if (type === colour) return ["RED", "GREEN", "BLUE"][random.between(0, 2)];
		if (type === odd) return [1, "x", { in: [2] }, "unparsed"][random.between(0, 3)];
		if (type === filter) return random.chance(50) ? {} : { least: 9, not: { odd: "o" }, among: 4 };
		if (type === choice) return random.chance(20) ? { number: 1, text: "t" } : { text: "only" };
		return `v${random.between(0, 9)}`;
	};

	const argumentsOf = (args: readonly GraphQLArgument[]): string => {
		const given = args
			.filter(({ type, defaultValue }) => (isNonNullType(type) && defaultValue === undefined) || random.chance(70))
			.map(({ name, type }) => `${name}: ${inputOf(type, false)}`);
		return given.length === 0 ? "" : `(${given.join(", ")})`;
	};
	const condition = (): string => {
		if (!random.chance(15)) return "";
		const directive = random.chance(50) ? "@skip" : "@include";
		if (random.chance(40)) return ` ${directive}(if: ${random.chance(50)})`;
		const name = `v${definitions.length}`;
		definitions.push(random.chance(50) ? `$${name}: Boolean!` : `$${name}: Boolean = ${random.chance(50)}`);
		if (random.chance(90) || definitions.at(-1)?.endsWith("!")) variables[name] = random.chance(50);
		return ` ${directive}(if: $${name})`;
	};

	const selectionsOf = (type: GraphQLCompositeType, depth: number): string => {
		const lines = [random.chance(30) || isUnionType(type) ? "__typename" : ""];
		for (const field of isUnionType(type) ? [] : Object.values(type.getFields())) {
			selected += 1;
			if (selected > 60 || !random.chance(depth > 3 ? 35 : 65)) continue;
			const named = getNamedType(field.type);
			if (isCompositeType(named) && depth > 4) continue;
			const below = isCompositeType(named) ? ` { ${selectionsOf(named, depth + 1)} }` : "";
			// An alias of its own: two fields of one key must be the same.
			const alias = random.chance(30) || field.args.length > 0 ? `x${selected}` : `${field.name}${type.name}`;
			const text = `${alias}: ${field.name}${argumentsOf(field.args)}${condition()}${below}`;
			lines.push(text);
			if (random.chance(10)) lines.push(text);
		}
		const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
		for (const member of possible) {
			if (random.chance(70)) lines.push(fragmentOn(member, depth + 1));
		}
		if (isObjectType(type) && random.chance(20)) lines.push(fragmentOn(type, depth + 1));
		if (isInterfaceType(type) && random.chance(20)) lines.push(fragmentOn(type, depth + 1));
		const text = lines.filter((line) => line !== "").join(" ");
		return text === "" ? "__typename" : text;
	};
	const fragmentOn = (type: GraphQLCompositeType, depth: number): string => {
		const conditioned = condition();
		const body = selectionsOf(type, depth);
		if (random.chance(60)) return `... on ${type.name}${conditioned} { ${body} }`;
		const name = `F${fragments.length}`;
		fragments.push(`fragment ${name} on ${type.name} { ${body} }`);
		return `...${name}${conditioned} ...${name}${condition()}`;
	};

	const query = schema.getQueryType();
	const body = query == null ? "__typename" : selectionsOf(query, 0);
	const header = definitions.length === 0 ? "" : `(${definitions.join(", ")})`;
	return { text: `query Q${header} { ${body} } ${fragments.join(" ")}`, variables };
}
