/** Documents that mean harm, and the code of their refusal; null: they are answered. */
export interface HostileDocument {
	readonly what: string;
	readonly query: string;
	readonly variables?: unknown;
	/** Variables as JSON, where they are too deep to be written by recursion. */
	readonly json?: string;
	readonly code: string | null;
}

const times = (count: number, part: (i: number) => string, between = " "): string =>
	Array.from({ length: count }, (_, i) => part(i)).join(between);
const nest = (levels: number, open: string, inner: string): string =>
	`${open.repeat(levels)}${inner}${" }".repeat(levels)}`;

/** Each fragment spreads the next one twice. */
const doubling = (levels: number): string =>
	`{ person { ...F0 } } ${times(levels, (i) => `fragment F${i} on Person { ...F${i + 1} ...F${i + 1} }`)} fragment F${levels} on Person { name }`;
/** The same with a field around each, which no deduplication of spreads helps against. */
const branching = (levels: number): string =>
	`{ person { ...F0 } } ${times(levels, (i) => `fragment F${i} on Person { boss { ...F${i + 1} } twin { ...F${i + 1} } }`)} fragment F${levels} on Person { name age }`;

const invalid = "GRAPHQL_VALIDATION_FAILED";
const complex = "QUERY_TOO_COMPLEX";
const input = "BAD_USER_INPUT";
const syntax = "GRAPHQL_PARSE_FAILED";

export const hostileDocuments: readonly HostileDocument[] = [
	// fragments
	{ what: "a fragment that spreads itself", query: "{ person { ...A } } fragment A on Person { ...A }", code: invalid },
	{
		what: "a cycle of fragments",
		query: "{ person { ...A } } fragment A on Person { boss { ...B } } fragment B on Person { boss { ...A } }",
		code: invalid,
	},
	{
		what: "a cycle of 80 fragments",
		query: `{ person { ...F0 } } ${times(80, (i) => `fragment F${i} on Person { ...F${(i + 1) % 80} }`)}`,
		code: invalid,
	},
	{
		what: "a cycle over interfaces",
		query: "{ being { ...A } } fragment A on Being { friends { ...B } } fragment B on Being { friends { ...A } }",
		code: invalid,
	},
	{
		what: "a cycle that no operation reaches",
		query: "{ served } fragment A on Person { ...B } fragment B on Person { ...A }",
		code: invalid,
	},
	{ what: "a fragment bomb of 10 levels", query: doubling(10), code: complex },
	{ what: "a fragment bomb of 20 levels", query: doubling(20), code: complex },
	{ what: "a fragment bomb of 100 levels", query: doubling(100), code: complex },
	{ what: "a branching bomb", query: branching(15), code: complex },
	{
		what: "unused fragments",
		query: `{ served } ${times(140, (i) => `fragment F${i} on Person { name }`)}`,
		code: invalid,
	},
	{
		what: "one fragment under 200 names",
		query: `{ served } ${times(200, () => "fragment F on Person { name }")}`,
		code: complex,
	},
	{ what: "spreads of what is not there", query: `{ ${times(300, (i) => `...F${i}`)} }`, code: invalid },

	// width and depth
	{ what: "deep nesting", query: `{ ${nest(100, "person { boss { ", "name")} } ${" }".repeat(100)}`, code: complex },
	{ what: "21 levels", query: `{ person { ${nest(20, "boss { ", "name")} } }`, code: complex },
	{ what: "nesting past any stack", query: "{a".repeat(30_000), code: complex },
	{ what: "inline fragments past any stack", query: `{ ${nest(20_000, "... { ", "served")} }`, code: complex },
	{ what: "a list value nested past any stack", query: `{ echo(list: ${"[".repeat(30_000)}`, code: complex },
	{ what: "an object value nested past any stack", query: `{ deep(deep: ${"{deep:".repeat(15_000)}`, code: complex },
	{ what: "a type nested past any stack", query: `query ($a: ${"[".repeat(30_000)}`, code: complex },
	{ what: "an alias flood", query: `{ ${times(200, (i) => `a${i}: served`)} }`, code: complex },
	{ what: "a flood of equal fields", query: `{ ${"served ".repeat(5000)} }`, code: complex },
	{ what: "equal fields within the limits", query: `{ ${"served ".repeat(900)} }`, code: complex },
	{ what: "a directive flood", query: `{ served ${"@include(if: true) ".repeat(60)} }`, code: complex },
	{ what: "a flood of unknown directives", query: `{ served ${"@a ".repeat(60)} }`, code: complex },
	{
		what: "a storm of @skip",
		query: `query (${times(40, (i) => `$v${i}: Boolean!`)}) { ${times(40, (i) => `served @skip(if: $v${i})`)} }`,
		variables: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`v${i}`, true])),
		code: null,
	},
	{ what: "a flood of variables", query: `query (${times(400, (i) => `$v${i}: Int`)}) { served }`, code: complex },
	{ what: "a flood of operations", query: times(400, (i) => `query Q${i} { served }`), code: complex },
	{ what: "200 operations", query: times(200, (i) => `query Q${i} { served }`), code: input },

	// overlapping fields, which take quadratic time to compare
	{
		what: "overlapping fields of one level",
		query: `{ ${times(150, (i) => `echo(text: "${i}")`)} }`,
		code: invalid,
	},
	{
		what: "overlapping fields of several levels",
		query: `{ ${times(8, () => `person { ${times(8, () => `boss { ${times(8, () => "name")} }`)} }`)} }`,
		code: null,
	},
	{
		what: "fragments that all overlap",
		query: `{ person { ${times(60, (i) => `...F${i}`)} } } ${times(60, (i) => `fragment F${i} on Person { boss { name } name }`)}`,
		code: null,
	},
	{
		what: "fragments that all differ",
		query: `{ ${times(70, (i) => `...F${i}`)} } ${times(70, (i) => `fragment F${i} on Query { echo(text: "${i}") }`)}`,
		code: invalid,
	},
	{
		what: "overlapping inline fragments on an interface",
		query: `{ being { ${times(60, (i) => `... on ${i % 2 === 0 ? "Person" : "Robot"} { friends { id name } }`)} } }`,
		code: null,
	},
	{
		what: "fields that differ between the types of an interface",
		query: `{ beings { ${times(60, (i) => `... on Person { friend(id: ${i}) { id } }`)} } }`,
		code: invalid,
	},

	// cost
	{ what: "a huge list", query: "{ beings(first: 2000000000) { name } }", code: complex },
	{
		what: "huge lists in each other",
		query: `{ beings(first: 1000) { ${nest(8, "friends { ", "name")} } }`,
		code: complex,
	},
	{
		what: "a list of ids without end",
		query: `{ byIds(ids: [${"1 ".repeat(950)}]) { friends { friends { name } } } }`,
		code: complex,
	},
	{
		what: "a variable that asks for a huge list",
		query: "query ($n: Int!) { beings(first: $n) { name } }",
		variables: { n: 2_000_000_000 },
		code: complex,
	},
	{
		what: "a hundred thousand ids in a variable",
		query: "query ($ids: [ID!]!) { byIds(ids: $ids) { name } }",
		variables: { ids: Array.from({ length: 100_000 }, (_, i) => String(i)) },
		code: complex,
	},

	{ what: "lists in lists of an interface", query: `{ being { ${nest(8, "friends { ", "name")} } }`, code: complex },

	// values
	{ what: "a huge string in the document", query: `{ echo(text: "${"x".repeat(200_000)}") }`, code: complex },
	{ what: "a huge comment", query: `{ served } # ${"x".repeat(200_000)}`, code: complex },
	{ what: "a long name of a field", query: `{ ${"x".repeat(90_000)} }`, code: invalid },
	{ what: "a long alias", query: `{ ${"x".repeat(90_000)}: served }`, code: null },
	{ what: "a long operation's name", query: `query ${"x".repeat(90_000)} { served }`, code: null },
	{ what: "names nearly alike", query: `{ ${times(300, (i) => `serve${i}`)} }`, code: invalid },
	{ what: "a giant integer", query: `{ echo(number: ${"9".repeat(5000)}) }`, code: invalid },
	{ what: "a giant float", query: `{ echo(number: 1e${"9".repeat(5000)}) }`, code: invalid },
	{ what: "a giant integer in JSON", query: `{ echo(json: ${"9".repeat(5000)}) }`, code: null },
	{ what: "block strings", query: `{ echo(text: """${'\n  \\""" x'.repeat(5000)}""") }`, code: null },
	{ what: "NUL bytes", query: "{ served \u0000 }", code: syntax },
	{ what: "NUL bytes in a string", query: '{ echo(text: "\u0000") }', code: null },
	{ what: "a byte order mark, which GraphQL ignores", query: "\uFEFF{ served }", code: null },
	{ what: "half of a surrogate pair", query: '{ echo(text: "\\uD83D") }', code: syntax },
	{ what: "an unfinished string", query: `{ echo(text: "${"x".repeat(50_000)}`, code: syntax },
	{ what: "an unfinished block string", query: `{ echo(text: """${"x\n".repeat(30_000)}`, code: syntax },
	{ what: "what is no GraphQL", query: "<html>".repeat(100), code: syntax },
	{
		what: "deep variables",
		query: "query ($deep: Deep) { deep(deep: $deep) }",
		variables: JSON.parse(`${'{"deep":'.repeat(90)}{}${"}".repeat(90)}`),
		code: null,
	},
	{
		what: "variables past any stack",
		query: "query ($deep: Deep) { deep(deep: $deep) }",
		json: `${'{"deep":'.repeat(20_000)}{}${"}".repeat(20_000)}`,
		code: complex,
	},
	{
		what: "JSON past any stack",
		query: "query ($json: JSON) { echo(json: $json) }",
		json: `{"json": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
		code: complex,
	},
	{
		what: "wrong variables in great number",
		query: "query ($list: [Int!]) { echo(list: $list) }",
		variables: { list: Array.from({ length: 50_000 }, () => "x") },
		code: input,
	},
	{
		what: "unknown keys of an input in great number",
		query: "query ($deep: Deep) { deep(deep: $deep) }",
		variables: { deep: Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`x${i}`, 1])) },
		code: input,
	},
	{
		what: "variables that are not declared",
		query: "{ served }",
		variables: Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`x${i}`, 1])),
		code: null,
	},
	{
		what: "variables that write into prototypes",
		query: "query ($json: JSON, $deep: Deep) { echo(json: $json) deep(deep: $deep) }",
		variables: JSON.parse(
			'{"json": {"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}, "__proto__": {"polluted": true}}',
		),
		code: null,
	},
	{
		what: "an input object that writes into prototypes",
		query: "query ($deep: Deep) { deep(deep: $deep) }",
		variables: JSON.parse('{"deep": {"__proto__": {"polluted": true}}}'),
		code: input,
	},
	{
		what: "names of prototypes as aliases",
		query: "{ __proto__: served constructor: served toString: served }",
		code: null,
	},
	{
		what: "names of prototypes as variables",
		query: "query ($constructor: Int) { echo(number: $constructor) }",
		code: null,
	},
	{ what: "names of prototypes as operations", query: "query constructor { served }", code: null },

	// what is not served
	{ what: "a defer", query: "{ person { ... @defer { name } } }", code: invalid },
	{ what: "a stream", query: "{ beings @stream(initialCount: 1) { name } }", code: invalid },
	{
		what: "the entities of federation",
		query: '{ _entities(representations: [{__typename: "Person", id: "1"}]) { __typename } }',
		code: invalid,
	},
	{ what: "the service of federation", query: "{ _service { sdl } }", code: invalid },
	{ what: "a definition of a type", query: "type Query { a: Int } query { served }", code: invalid },
	{ what: "an extension of the schema", query: "extend schema @a query { served }", code: invalid },
	{ what: "two operations without a name", query: "query A { served } query B { served }", code: input },
	{ what: "an operation of an unknown kind", query: "delete { served }", code: syntax },
	{ what: "nothing but a comment", query: "# nothing", code: syntax },
	{ what: "a fragment alone", query: "fragment A on Person { name }", code: invalid },

	// introspection
	{
		what: "introspection that goes in circles",
		query: `{ __schema { types { ${nest(3, "fields { type { ", "name")}${" }".repeat(3)} } } }`,
		code: invalid,
	},
	{
		what: "ofType without end",
		query: `{ __schema { types { fields { type { ${nest(20, "ofType { ", "name")} } } } } }`,
		code: complex,
	},
	{
		what: "introspection under aliases",
		query: `{ ${times(15, (i) => `a${i}: __schema { types { name description fields { name } } }`)} }`,
		code: null,
	},

	// valid, and as heavy to plan as the limits allow
	{ what: "a branching bomb within the limits", query: branching(6), code: null },
	{ what: "a fragment bomb within the limits", query: doubling(9), code: null },
	{
		what: "many hops between subgraphs",
		query: `{ person { ${nest(17, "twin { boss_: boss { ", "age").replaceAll("boss_: ", "")}${" }".repeat(17)} } }`,
		code: complex,
	},
	{
		what: "18 hops between subgraphs",
		query: `{ person { ${nest(9, "twin { boss { ", "age name")}${" }".repeat(9)} } }`,
		code: null,
	},
	{
		what: "interfaces in interfaces",
		query: `{ being { ${nest(8, "friend { ... on Person { age } ... on Robot { model } ", "name")} } }`,
		code: null,
	},
];
