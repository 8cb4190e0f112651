import { describe, expect, it } from "vitest";
import { checkDefinitions, inReadingOrder, readFiles } from "../../../core/definitions/read-definitions.ts";
import { compileExpression } from "../../../core/expressions/compile-expression.ts";

interface Case {
	readonly what: string;
	/** § stands where the error must be told. */
	readonly yaml: string;
	readonly code: string;
	readonly name?: string;
	readonly nearest?: readonly string[];
	/** Whether other errors may come with it. */
	readonly among?: boolean;
}

/** Definitions without a fault, beside which each bad one stands. */
const good = `entities:
  airport: { joinKeys: { airport: string } }
  route: { joinKeys: { origin: string, destination: string } }
sources:
  landings: { parquet: a.parquet, eventTime: landed_at }
  trips: { push: {}, eventTime: at, columns: { airport: string, at: timestamp, fare: float64 } }
views:
  delays: { entities: [airport], source: landings, features: { delay_mean_1h: float64, flights: int64 } }
  route_delays: { entities: [route], source: landings, features: { mean: float64 } }
services:
  model: { features: ["delays:flights"] }
`;

const view = (text: string): string => `views:\n  bad: ${text}`;
const source = (text: string): string => `sources:\n  bad: ${text}`;
const pushed = (total: string): string =>
	source(`{ push: {}, eventTime: t, columns: { a: string, t: timestamp, price: float64, total: ${total} } }`);
const service = (text: string): string => `services:\n  bad: ${text}`;

const cases: readonly Case[] = [
	{ what: "no YAML", yaml: "entities:\n  a: [§", code: "DEFINITION_SYNTAX", among: true },
	{ what: "a tab", yaml: "entities:\n§\ta: {}", code: "DEFINITION_SYNTAX", among: true },
	{ what: "a list of definitions", yaml: "§- a", code: "DEFINITION_INVALID" },
	{ what: "an unknown section", yaml: "§entitys: {}", code: "UNKNOWN_FIELD", name: "entitys", nearest: ["entities"] },
	{ what: "a section that is no map", yaml: "§views: [a]", code: "DEFINITION_INVALID", name: "views" },
	{
		what: "a key that stands twice",
		yaml: "entities:\n  a: { joinKeys: { a: string } }\n  §a: { joinKeys: { a: string } }",
		code: "DUPLICATE_NAME",
		name: "a",
	},
	{
		what: "a name in capitals",
		yaml: "entities:\n  §AirPort: { joinKeys: { a: string } }",
		code: "INVALID_NAME",
		name: "AirPort",
	},
	{
		what: "a name of the prototype",
		yaml: "entities:\n  §__proto__: { joinKeys: { a: string } }",
		code: "INVALID_NAME",
		name: "__proto__",
	},
	{
		what: "a reserved name",
		yaml: "views:\n  §request: { entities: [airport], source: landings, features: { x: int32 } }",
		code: "INVALID_NAME",
		name: "request",
	},
	{
		what: "a feature's bad name",
		yaml: view("{ entities: [airport], source: landings, features: { §1h: int32 } }"),
		code: "INVALID_NAME",
		name: "1h",
	},
	{
		what: "an unknown field",
		yaml: view("{ entities: [airport], §sorce: landings, source: landings, features: { x: int32 } }"),
		code: "UNKNOWN_FIELD",
		name: "sorce",
		nearest: ["source"],
	},
	{
		what: "an unknown field of a feature",
		yaml: view("{ entities: [airport], source: landings, features: { x: { type: int32, §descr: a } } }"),
		code: "UNKNOWN_FIELD",
		name: "descr",
	},
	{
		what: "a type that is none",
		yaml: view("{ entities: [airport], source: landings, features: { x: §int46 } }"),
		code: "INVALID_TYPE",
		name: "int46",
		nearest: ["int32", "int64"],
	},
	{
		what: "a join key of a list",
		yaml: "entities:\n  bad: { joinKeys: { k: §array<string> } }",
		code: "INVALID_TYPE",
		name: "k",
	},
	{
		what: "a duration that is none",
		yaml: view("{ entities: [airport], source: landings, ttl: §7x, features: { x: int32 } }"),
		code: "INVALID_DURATION",
		name: "7x",
	},
	{
		what: "a duration that is a map with a toString of its own",
		yaml: view("{ entities: [airport], source: landings, §ttl: { toString: 1 }, features: { x: int32 } }"),
		code: "INVALID_DURATION",
		name: "a map",
	},
	{
		what: "a duration that is a number",
		yaml: view("{ entities: [airport], source: landings, ttl: §7, features: { x: int32 } }"),
		code: "INVALID_DURATION",
		name: "7",
	},
	{
		what: "a schedule that is none",
		yaml: view("{ entities: [airport], source: landings, schedule: §daily, features: { x: int32 } }"),
		code: "DEFINITION_INVALID",
		name: "schedule",
	},
	{ what: "no join key", yaml: "entities:\n  bad: { §joinKeys: {} }", code: "MISSING_JOIN_KEY", name: "bad" },
	{
		what: "no event time",
		yaml: "sources:\n  §bad: { parquet: a.parquet }",
		code: "DEFINITION_INVALID",
		name: "eventTime",
	},
	{ what: "no origin", yaml: "sources:\n  §bad: { eventTime: t }", code: "DEFINITION_INVALID", name: "bad" },
	{
		what: "two origins",
		yaml: source("{ parquet: a, csv: §b, eventTime: t }"),
		code: "DEFINITION_INVALID",
		name: "bad",
	},
	{
		what: "a table and a query",
		yaml: source('{ §postgres: { table: a, query: "SELECT 1" }, eventTime: t }'),
		code: "DEFINITION_INVALID",
		name: "bad",
	},
	{
		what: "a push source without columns",
		yaml: source("{ §push: {}, eventTime: t }"),
		code: "DEFINITION_INVALID",
		name: "columns",
	},
	{
		what: "a push source without its time column",
		yaml: source("{ push: {}, eventTime: §tt, columns: { t: timestamp } }"),
		code: "UNKNOWN_COLUMN",
		name: "tt",
		nearest: ["t"],
	},
	{
		what: "a time column that is no timestamp",
		yaml: source("{ push: {}, eventTime: t, columns: { t: §string } }"),
		code: "INVALID_TYPE",
		name: "t",
	},
	{
		what: "a tie-break column that is not declared",
		yaml: source("{ push: {}, eventTime: t, tieBreak: [§no], columns: { t: timestamp } }"),
		code: "UNKNOWN_COLUMN",
		name: "no",
	},
	{ what: "a Kafka source", yaml: source("{ §kafka: { topic: a }, eventTime: t }"), code: "UNSUPPORTED", name: "bad" },
	{ what: "a stream view", yaml: view("{ kind: §stream }"), code: "UNSUPPORTED", name: "bad" },
	{
		what: "a partial view over a file",
		yaml: view("{ entities: [airport], source: landings, partial: §true, features: { fare: float64 } }"),
		code: "UNSUPPORTED",
		name: "bad",
	},
	{
		what: "a partial view with SQL",
		yaml: view(
			'{ entities: [airport], source: trips, partial: §true, transformation: { sql: "SELECT 1" }, features: { fare: float64 } }',
		),
		code: "UNSUPPORTED",
		name: "bad",
	},
	{
		what: "a partial view beside one that is not",
		yaml: view(`{ entities: [airport], source: trips, partial: §true, features: { fare: float64 } }
  whole: { entities: [airport], source: trips, features: { fare: float64 } }`),
		code: "UNSUPPORTED",
		name: "bad",
	},
	{
		what: "a partial view of rows that others read by other keys",
		yaml: `entities:\n  day: { joinKeys: { at: timestamp } }\n${view(`{ entities: [airport], source: trips, partial: §true, features: { fare: float64 } }
  daily: { entities: [day], source: trips, features: { fare: float64 }, partial: true }`)}`,
		code: "UNSUPPORTED",
		name: "bad",
		among: true,
	},
	{
		what: "a partial view whose rows have available times of their own",
		yaml: `sources:
  later: { push: {}, eventTime: at, availableTime: seen, columns: { airport: string, at: timestamp, seen: timestamp, fare: float64 } }
${view("{ entities: [airport], source: later, partial: §true, features: { fare: float64 } }")}`,
		code: "UNSUPPORTED",
		name: "bad",
	},
	{
		what: "a partial feature that orders rows",
		yaml: `sources:
  tied: { push: {}, eventTime: at, tieBreak: [fare], columns: { airport: string, at: timestamp, fare: float64 } }
${view("{ entities: [airport], source: tied, partial: true, features: { fare: §float64 } }")}`,
		code: "UNSUPPORTED",
		name: "bad",
	},
	{
		what: "a kind that is none",
		yaml: view("{ kind: §ondemand }"),
		code: "DEFINITION_INVALID",
		name: "ondemand",
		nearest: ["on-demand"],
	},
	{
		what: "an unknown entity",
		yaml: view("{ entities: [§airprt], source: landings, features: { x: int32 } }"),
		code: "DANGLING_REFERENCE",
		name: "airprt",
		nearest: ["airport"],
	},
	{
		what: "an unknown source",
		yaml: view("{ entities: [airport], source: §landing, features: { x: int32 } }"),
		code: "DANGLING_REFERENCE",
		name: "landing",
		nearest: ["landings"],
	},
	{
		what: "an unknown base",
		yaml: source('{ from: §landing, query: "SELECT 1", eventTime: t }'),
		code: "DANGLING_REFERENCE",
		name: "landing",
		nearest: ["landings"],
	},
	{
		what: "a base without a query",
		yaml: source("{ from: §landings, eventTime: t }"),
		code: "DEFINITION_INVALID",
		name: "bad",
	},
	{
		what: "a source that reads itself",
		yaml: source('{ from: §bad, query: "SELECT 1", eventTime: t }'),
		code: "CYCLIC_REFERENCE",
		name: "bad",
	},
	{
		what: "an unknown input",
		yaml: view(
			'{ kind: on-demand, inputs: { views: [§delay] }, features: { x: { type: int64, expression: "delay.flights" } } }',
		),
		code: "DANGLING_REFERENCE",
		name: "delay",
		nearest: ["delays"],
	},
	{
		what: "a view that needs itself",
		yaml: view('{ kind: on-demand, inputs: { §views: [bad] }, features: { x: { type: int64, expression: "bad.x" } } }'),
		code: "CYCLIC_REFERENCE",
		name: "bad",
	},
	{
		what: "no expression",
		yaml: view("{ kind: on-demand, inputs: {}, features: { §x: { type: int64 } } }"),
		code: "DEFINITION_INVALID",
		name: "features.x.expression",
	},
	{
		what: "an expression of an unknown column",
		yaml: view(
			'{ kind: on-demand, inputs: { request: { hour: int32 } }, features: { x: { type: int64, expression: §"request.hou" } } }',
		),
		code: "INVALID_EXPRESSION",
	},
	{
		what: "an expression of another type",
		yaml: view(
			"{ kind: on-demand, inputs: { request: { hour: int32 } }, features: { x: { type: int64, expression: §\"'a'\" } } }",
		),
		code: "INVALID_EXPRESSION",
	},
	{
		what: "a column that a push source lacks",
		yaml: view("{ entities: [airport], source: trips, features: { §fair: float64 } }"),
		code: "UNKNOWN_COLUMN",
		name: "fair",
		nearest: ["fare"],
	},
	{
		what: "a key that a push source lacks",
		yaml: view("{ entities: [§route], source: trips, features: { fare: float64 } }"),
		code: "UNKNOWN_COLUMN",
		name: "origin",
		among: true,
	},
	{
		what: "a feature named as a key",
		yaml: view("{ entities: [airport], source: landings, features: { §airport: string } }"),
		code: "DUPLICATE_NAME",
		name: "airport",
	},
	{
		what: "an entity named twice",
		yaml: view("{ entities: [airport, §airport], source: landings, features: { x: string } }"),
		code: "DUPLICATE_NAME",
		name: "airport",
	},
	{
		what: "a reference that is none",
		yaml: service('{ features: [§"delays.flights"] }'),
		code: "INVALID_REFERENCE",
		name: "delays.flights",
	},
	{
		what: "a feature of an unknown view",
		yaml: service('{ features: [§"delay:flights"] }'),
		code: "DANGLING_REFERENCE",
		name: "delay",
		nearest: ["delays"],
	},
	{
		what: "an unknown feature",
		yaml: service('{ features: [§"delays:flight"] }'),
		code: "DANGLING_REFERENCE",
		name: "flight",
		nearest: ["flights"],
	},
	{
		what: "an unknown version",
		yaml: service('{ features: [§"delays@7:flights"] }'),
		code: "DANGLING_REFERENCE",
		name: "delays@7",
	},
	{
		what: "a feature named twice",
		yaml: service('{ features: ["delays:flights", §"delays:flights"] }'),
		code: "DUPLICATE_NAME",
		name: "delays:flights",
	},
	{
		what: "a binding of an unknown view",
		yaml: service(
			'{ features: ["from:flights"], bindings: { from: { view: §delay, joinKeys: { airport: origin } } } }',
		),
		code: "DANGLING_REFERENCE",
		name: "delay",
		nearest: ["delays"],
	},
	{
		what: "a join key that is not bound",
		yaml: service('{ features: ["from:mean"], bindings: { from: { view: route_delays, §joinKeys: { origin: a } } } }'),
		code: "MISSING_JOIN_KEY",
		name: "destination",
	},
	{
		what: "a bound key that does not exist",
		yaml: service(
			'{ features: ["from:flights"], bindings: { from: { view: delays, joinKeys: { airport: a, §port: b } } } }',
		),
		code: "DANGLING_REFERENCE",
		name: "port",
		nearest: ["airport"],
	},
	{
		what: "an alias named as a view",
		yaml: service(
			'{ features: ["delays:flights"], bindings: { §delays: { view: delays, joinKeys: { airport: a } } } }',
		),
		code: "NAME_COLLISION",
		name: "delays",
	},
	{
		what: "two features with one GraphQL name",
		yaml: view("{ entities: [airport], source: landings, features: { mean_1d: int32, §mean1d: int32 } }"),
		code: "GRAPHQL_NAME_COLLISION",
		name: "mean1d",
	},
	{
		what: "an entity that the graph has as a type",
		yaml: "entities:\n  §model: { joinKeys: { id: string } }",
		code: "GRAPHQL_NAME_COLLISION",
		name: "Model",
	},
	{
		what: "a GraphQL name that is none",
		yaml: "entities:\n  bad: { joinKeys: { id: string }, graphql: { type: §1x } }",
		code: "INVALID_NAME",
		name: "1x",
	},
	{
		what: "a computed column over one that is not there",
		yaml: pushed('{ type: float64, expression: §"prise * 2" }'),
		code: "INVALID_EXPRESSION",
		name: "prise",
		nearest: ["price"],
	},
	{
		what: "a computed column of another type",
		yaml: pushed('{ type: int32, expression: §"price / 2" }'),
		code: "INVALID_EXPRESSION",
	},
	{
		what: "a computed column over text as if it were a number",
		yaml: pushed('{ type: float64, expression: §"a * price" }'),
		code: "INVALID_EXPRESSION",
	},
	{
		what: "a computed column over itself",
		yaml: pushed('{ type: float64, expression: §"price + total" }'),
		code: "INVALID_EXPRESSION",
		name: "total",
	},
	{
		what: "a computed column of a type that is none",
		yaml: pushed('{ type: §flaot64, expression: "price" }'),
		code: "INVALID_TYPE",
		name: "flaot64",
		nearest: ["float64"],
	},
	{
		what: "request data of another type than that of a view below",
		yaml: `views:
  below: { kind: on-demand, inputs: { views: [delays], request: { hour: float64 } }, features: { x: { type: float64, expression: "request.hour" } } }
  bad: { kind: on-demand, §inputs: { views: [below], request: { hour: int64 } }, features: { y: { type: float64, expression: "below.x" } } }`,
		code: "INVALID_TYPE",
		name: "hour",
	},
	{
		what: "an unknown field of a column",
		yaml: pushed('{ type: float64, §expresion: "price", expression: "price" }'),
		code: "UNKNOWN_FIELD",
		name: "expresion",
		nearest: ["expression"],
	},
	{
		what: "a column with a type alone, in the long form",
		yaml: source("{ push: {}, eventTime: t, columns: { t: timestamp, §total: { type: float64 } } }"),
		code: "DEFINITION_INVALID",
		name: "columns.total.expression",
	},
	{
		what: "a computed column of a file",
		yaml: source('{ csv: a.csv, eventTime: t, columns: { t: timestamp, x: { type: int64, expression: §"1" } } }'),
		code: "UNSUPPORTED",
		name: "x",
	},
];

function errorsOf(...files: { path: string; content: string }[]) {
	const context = checkDefinitions(readFiles(files), {
		project: "default",
		snapshot: null,
		checkExpression: compileExpression,
		transforms: new Map(),
		reservedTypeNames: new Set(["Model", "Feature"]),
	});
	return inReadingOrder(context.errors);
}

describe("a bad definition", () => {
	it.each(cases)("$what is $code, at its place", ({ yaml, code, name, nearest = [], among = false }) => {
		const errors = errorsOf({ path: "bad.yaml", content: yaml.replace("§", "") }, { path: "good.yaml", content: good });
		const [line = "", ...before] = yaml.slice(0, yaml.indexOf("§")).split("\n").reverse();
		expect(errors[0]).toMatchObject({ file: "bad.yaml", line: before.length + 1, column: line.length + 1, code });
		if (name !== undefined) expect(errors[0]?.name).toBe(name);
		expect(errors[0]?.nearest).toEqual(expect.arrayContaining([...nearest]));
		if (!among) expect(errors).toHaveLength(1);
	});

	it("tells a name of two files in the second one, with the place of the first", () => {
		const again = "entities:\n  airport: { joinKeys: { a: string } }";
		const [error] = errorsOf({ path: "good.yaml", content: good }, { path: "later.yaml", content: again });
		expect(error).toMatchObject({ code: "DUPLICATE_NAME", file: "later.yaml", line: 2, column: 3 });
		expect(error?.message).toContain("good.yaml, line 2");
	});

	it("tells when files are of two projects", () => {
		const errors = errorsOf({ path: "a.yaml", content: "project: one" }, { path: "b.yaml", content: "project: two" });
		expect(errors).toMatchObject([{ code: "DEFINITION_INVALID", file: "b.yaml", line: 1, column: 10, name: "two" }]);
	});

	it("does not keep the others from being told", () => {
		const errors = errorsOf(
			{ path: "a.yaml", content: "entities: [" },
			{ path: "b.yaml", content: source("{ push: {}, eventTime: t }") },
			{
				path: "c.yaml",
				content: view("{ entities: [x], source: bad, ttl: 1w, features: { y: int32 } }"),
			},
		);
		expect(errors.map(({ file, code }) => `${file} ${code}`)).toEqual([
			"a.yaml DEFINITION_SYNTAX",
			"b.yaml DEFINITION_INVALID",
			"c.yaml INVALID_DURATION",
		]);
	});

	it("tells of the type that a view over several entities makes", () => {
		const errors = errorsOf({
			path: "a.yaml",
			content: good
				.replace("sources:", "  airport_route: { joinKeys: { id: string } }\nsources:")
				.replace(
					"services:",
					"  both: { entities: [airport, route], source: landings, features: { x: int32 } }\nservices:",
				),
		});
		expect(errors.map(({ code, name }) => [code, name])).toEqual([
			["GRAPHQL_NAME_COLLISION", "AirportRoute"],
			["GRAPHQL_NAME_COLLISION", "airportRoute"],
		]);
	});

	const beside = (views: string, services: string): string =>
		good.replace("services:", `${views}\nservices:\n${services}`);
	const bound = `  offers: { features: ["from:flights"], bindings: { from: { view: delays, joinKeys: { airport: origin } } } }`;

	it("tells of an alias, or a pinned version, whose field a view of the same entity has", () => {
		const taken = `  offers_from: { entities: [route], source: landings, features: { x: int32 } }`;
		const errors = errorsOf({ path: "a.yaml", content: beside(taken, bound) });
		expect(errors).toMatchObject([{ code: "GRAPHQL_NAME_COLLISION", name: "offersFrom", line: 12 }]);
		for (const both of ['the alias "from" of the service "offers"', 'the view "offers_from"']) {
			expect(errors[0]?.message.toLowerCase()).toContain(both);
		}
		const old = `  delays_v1: { entities: [airport], source: landings, features: { x: int32 } }`;
		const pinned = errorsOf({ path: "a.yaml", content: beside(old, '  offers: { features: ["delays@1:flights"] }') });
		const [error] = pinned.filter(({ code }) => code === "GRAPHQL_NAME_COLLISION");
		expect(error).toMatchObject({ name: "delaysV1", hint: expect.stringContaining("graphql: { field:") as string });
		expect(error?.message).toContain('ersion 1 of the view "delays"');
		expect(error?.message).toContain('the view "delays_v1"');
	});

	it("lets an alias and a view of another entity have one name", () => {
		const other = `  offers_from: { entities: [airport], source: landings, features: { x: int32 } }`;
		expect(errorsOf({ path: "a.yaml", content: beside(other, bound) })).toEqual([]);
		const one = `  offers_to: { entities: [route], source: landings, features: { x: int32 } }`;
		expect(errorsOf({ path: "a.yaml", content: beside(one, bound) })).toEqual([]);
	});

	it("names both that want one GraphQL name, and how to set another", () => {
		const [error] = errorsOf({
			path: "a.yaml",
			content: `${good}\n  `.replace("flights: int64", "delay_mean1h: int64").replace("delays:flights", "delays:*"),
		});
		expect(error?.message).toContain('"delay_mean1h"');
		expect(error?.message).toContain('"delay_mean_1h"');
		expect(error?.hint).toContain("graphql: { field:");
	});
});

describe("good definitions", () => {
	it("have no error", () => {
		expect(errorsOf({ path: "good.yaml", content: good })).toEqual([]);
	});

	it("may be empty", () => {
		expect(
			errorsOf({ path: "a.yaml", content: "" }, { path: "b.yaml", content: "# nothing\nentities:\nviews: {}\n" }),
		).toEqual([]);
	});
});
