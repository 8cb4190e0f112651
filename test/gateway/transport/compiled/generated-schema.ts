import {
	GraphQLBoolean,
	GraphQLEnumType,
	GraphQLError,
	type GraphQLFieldConfig,
	type GraphQLFieldConfigArgumentMap,
	GraphQLFloat,
	GraphQLID,
	GraphQLInputObjectType,
	type GraphQLInputType,
	GraphQLInt,
	GraphQLInterfaceType,
	GraphQLList,
	GraphQLNonNull,
	GraphQLObjectType,
	type GraphQLOutputType,
	type GraphQLResolveInfo,
	GraphQLScalarType,
	GraphQLSchema,
	GraphQLString,
	GraphQLUnionType,
	getNullableType,
	isAbstractType,
	isListType,
	isNonNullType,
	isObjectType,
	valueFromASTUntyped,
} from "graphql";
import { pathToArray } from "graphql/jsutils/Path.js";
import type { Random } from "./random.ts";

/** How often what goes wrong, in hundredths. */
export interface Weather {
	readonly faults: number;
	readonly nulls: number;
	readonly promises: number;
	/** Properties that are promises or methods, types that are told late. */
	readonly oddities: number;
}

export const colour = new GraphQLEnumType({
	name: "Colour",
	values: { RED: { value: 0 }, GREEN: { value: { internal: "green" } }, BLUE: { value: "BLUE" } },
});
const colours = colour.getValues();

/** Serialization and parsing that fail, a value that is an object. */
export const odd = new GraphQLScalarType<unknown, unknown>({
	name: "Odd",
	serialize(value) {
		if (value === "refused") throw new GraphQLError("Odd refuses", { extensions: { code: "REFUSED" } });
		if (value === "nothing") return null;
		if (value === "nan") return Number.NaN;
		return typeof value === "bigint" ? `${value}n` : value;
	},
	parseValue(value) {
		if (value === "unparsed") throw new GraphQLError("Odd cannot read it", { extensions: { code: "UNREAD" } });
		return { odd: value };
	},
	parseLiteral(node, variables) {
		const value = valueFromASTUntyped(node, variables);
		if (value === "unparsed") throw new GraphQLError("Odd cannot read it", { extensions: { code: "UNREAD" } });
		return { odd: value, big: 2n ** 60n };
	},
});

export const choice = new GraphQLInputObjectType({
	name: "Choice",
	isOneOf: true,
	fields: { number: { type: GraphQLInt }, text: { type: GraphQLString } },
});
export const filter: GraphQLInputObjectType = new GraphQLInputObjectType({
	name: "Filter",
	fields: () => ({
		least: { type: GraphQLInt, defaultValue: 3 },
		colour: { type: colour, defaultValue: { internal: "green" } },
		odd: { type: odd },
		not: { type: filter },
		among: { type: new GraphQLList(GraphQLInt) },
		needed: { type: new GraphQLNonNull(GraphQLString), defaultValue: "given" },
	}),
});

const leaves = [GraphQLInt, GraphQLFloat, GraphQLString, GraphQLBoolean, GraphQLID, colour, odd];
const inputs: readonly GraphQLInputType[] = [GraphQLInt, GraphQLString, colour, odd, filter, choice, GraphQLID];

/** A schema whose resolvers answer by the path that they are asked at: the same values whoever executes. */
export function generatedSchema(random: Random, weather: Weather): GraphQLSchema {
	const objects: GraphQLObjectType[] = [];
	const named: GraphQLInterfaceType = new GraphQLInterfaceType({
		name: "Named",
		fields: { name: { type: GraphQLString }, peer: { type: GraphQLString } },
		resolveType: tellType(() => objects.slice(0, 2)),
	});
	const either: GraphQLUnionType = new GraphQLUnionType({ name: "Either", types: () => objects });
	const plans = Array.from({ length: random.between(2, 4) }, () => fieldPlans(random));
	plans.forEach((plan, i) => {
		const isNamed = i < 2;
		objects.push(
			new GraphQLObjectType({
				name: `T${i}`,
				interfaces: isNamed ? [named] : [],
				fields: () => ({
					...(isNamed ? { name: { type: GraphQLString }, peer: field(GraphQLString, true) } : {}),
					...Object.fromEntries(plan.map(({ name, type, resolved, args }) => [name, field(type(), resolved, args)])),
				}),
			}),
		);
	});
	const outputs = (): readonly GraphQLOutputType[] => [...leaves, ...objects, ...objects, named, either];

	function fieldPlans(from: Random) {
		return Array.from({ length: from.between(2, 5) }, (_, i) => {
			const choice = from.between(0, 1_000_000);
			const wrapping = from.between(0, 8);
			return {
				name: `f${i}`,
				type: () => wrapped(outputs()[choice % outputs().length] ?? GraphQLString, wrapping),
				resolved: from.chance(60),
				args: from.chance(40) ? argumentsOf(from) : {},
			};
		});
	}

	function field(type: GraphQLOutputType, resolved: boolean, args: GraphQLFieldConfigArgumentMap = {}) {
		const config: GraphQLFieldConfig<unknown, unknown> = { type, args };
		if (resolved) config.resolve = (_, given, __, info) => answer(type, info, given);
		return config;
	}

	function answer(type: GraphQLOutputType, info: GraphQLResolveInfo, args: object): unknown {
		const path = pathToArray(info.path).join(".");
		const value = () =>
			getNullableType(type) === GraphQLString && Object.keys(args).length > 0 ? show(args) : valueOf(type, path);
		if (!weatherAt(path, "promise", weather.promises)) return value();
		return weatherAt(path, "late", 50)
			? new Promise((done) => setImmediate(done)).then(value)
			: Promise.resolve().then(value);
	}

	function weatherAt(path: string, what: string, hundredths: number): boolean {
		return random.at(`${path} ${what}`, 100) < hundredths;
	}

	function valueOf(type: GraphQLOutputType, path: string): unknown {
		if (weatherAt(path, "fault", weather.faults)) return fault(path);
		if (weatherAt(path, "null", isNonNullType(type) ? weather.faults / 4 : weather.nulls)) {
			return random.at(`${path} nothing`, 2) === 0 ? null : undefined;
		}
		const nullable = getNullableType(type);
		if (isListType(nullable)) {
			if (weatherAt(path, "no list", weather.oddities / 2)) return "no list";
			const items = Array.from({ length: random.at(`${path} length`, 4) }, (_, i) => {
				const item = () => valueOf(nullable.ofType, `${path}.${i}`);
				return weatherAt(`${path}.${i}`, "item promise", weather.promises)
					? Promise.resolve().then(item)
					: caught(item);
			});
			return weatherAt(path, "set", weather.oddities) ? new Set(items) : items;
		}
		if (isObjectType(nullable)) return objectOf(nullable, path);
		if (isAbstractType(nullable)) {
			const possible = nullable === named ? objects.slice(0, 2) : objects;
			return objectOf(possible[random.at(`${path} type`, possible.length)] ?? objects[0], path);
		}
		if (nullable === colour) return colours[random.at(path, colours.length)]?.value;
		if (nullable === odd)
			return ["plain", 5n, { deep: [1] }, "refused", "nothing", "nan"][random.at(path, weather.faults > 0 ? 6 : 3)];
		if (weatherAt(path, "wrong", weather.faults)) return { not: "a leaf" };
		if (nullable === GraphQLInt) return random.at(path, 100) - 50;
		if (nullable === GraphQLFloat) return random.at(path, 1000) / 8;
		if (nullable === GraphQLBoolean) return random.at(path, 2) === 0;
		return `${path}!`;
	}

	function objectOf(type: GraphQLObjectType | undefined, path: string): object {
		const object: Record<string, unknown> = {
			__typename: weatherAt(path, "no type", weather.oddities) ? "T9" : type?.name,
		};
		for (const { name, resolve, type: of } of Object.values(type?.getFields() ?? {})) {
			if (resolve !== undefined) continue;
			const at = `${path}/${name}`;
			const property = () => valueOf(of, at);
			Object.defineProperty(object, name, {
				get() {
					if (weatherAt(at, "promise", weather.oddities)) return Promise.resolve().then(property);
					if (weatherAt(at, "method", weather.oddities)) return property;
					return property();
				},
			});
		}
		return object;
	}

	function fault(path: string): unknown {
		switch (random.at(`${path} fault`, 5)) {
			case 0:
				throw new Error(`broke at ${path}`);
			case 1:
				throw new GraphQLError("refused", { extensions: { code: "FORBIDDEN" } });
			case 2:
				return new Error(`came back from ${path}`);
			case 3:
				// What is thrown is a text.
				if (weather.oddities > 0) AbortSignal.abort("no error").throwIfAborted();
				return new TypeError(path);
			default:
				return Promise.reject(new RangeError(path));
		}
	}

	function tellType(possible: () => readonly GraphQLObjectType[]) {
		return (value: { readonly __typename: string }): string | Promise<string> => {
			const type = possible().find(({ name }) => name === value.__typename)?.name ?? "T9";
			if (type === "T9" && random.at("told", 2) === 0) throw new Error("of no type");
			return weather.oddities > 0 && random.at(`late ${type}`, 100) < weather.oddities ? Promise.resolve(type) : type;
		};
	}

	return new GraphQLSchema({
		query: new GraphQLObjectType({
			name: "Query",
			fields: () => Object.fromEntries(rootFields(random).map(([name, config]) => [name, config])),
		}),
		types: [...objects, named, either, filter, choice],
	});

	function rootFields(from: Random): [string, GraphQLFieldConfig<unknown, unknown>][] {
		return Array.from({ length: 6 }, (_, i) => {
			const type = outputs()[from.between(0, outputs().length - 1)] ?? GraphQLString;
			return [`q${i}`, field(wrapped(type, from.between(0, 8)), true, from.chance(60) ? argumentsOf(from) : {})];
		});
	}
}

function wrapped(type: GraphQLOutputType, way: number): GraphQLOutputType {
	switch (way) {
		case 0:
			return new GraphQLNonNull(type as never);
		case 1:
			return new GraphQLList(type);
		case 2:
			return new GraphQLList(new GraphQLNonNull(type as never));
		case 3:
			return new GraphQLNonNull(new GraphQLList(type));
		case 4:
			return new GraphQLList(new GraphQLList(type));
		default:
			return type;
	}
}

function argumentsOf(random: Random): GraphQLFieldConfigArgumentMap {
	return Object.fromEntries(
		Array.from({ length: random.between(1, 2) }, (_, i) => {
			const type = inputs[random.between(0, inputs.length - 1)] ?? GraphQLInt;
			const given = type === GraphQLInt && random.chance(50) ? { defaultValue: 7 } : {};
			return [`a${i}`, { type: random.chance(15) ? new GraphQLNonNull(type as never) : type, ...given }];
		}),
	);
}

function caught(make: () => unknown): unknown {
	try {
		return make();
	} catch (error) {
		return error instanceof Error ? error : null;
	}
}

/** Arguments as a text, whatever is in them. */
const show = (value: unknown): string =>
	JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? `${part}n` : part));
