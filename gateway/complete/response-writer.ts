import { GraphQLBoolean, type GraphQLEnumType, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLString } from "graphql";
import { type Data, isData } from "../execute/data.ts";
import { FieldFailure } from "../execute/field-failure.ts";
import { generatedFunction, literal } from "../generated-function.ts";
import { jsonCharacters } from "./json-string.ts";
import type { AbstractProjection, ObjectProjection, ValueProjection } from "./projection.ts";
import { scalarValue } from "./scalar-value.ts";

/** Merged data as the JSON of the response's `data`; null where something is missing: then the Projector has to tell what. */
export type WriteResponse = (data: Data) => string | null;

/** A value as JSON. Throws `notWritten`. */
type Write = (value: unknown) => string;

/** Thrown, without the cost of a stack each time. */
const notWritten = new Error("Something is missing, or not as the schema says");

/** Fields, written out for every type that came where several may: beyond it code would be long, and seldom run. */
const mostFields = 1000;

/**
 * Generates code that writes the data of a response in one pass, without making them first. It writes what the
 * Projector projects, or nothing. Null: the operation has what only the Projector knows, or too much.
 */
export function responseWriter(root: ObjectProjection): WriteResponse | null {
	const limits: WriterLimits = { fields: 0, hopeless: false };
	const write = writerOf(root, limits);
	if (write === null) return null;
	return (data) => {
		if (limits.hopeless) return null;
		try {
			return write(data);
		} catch (thrown) {
			if (thrown === notWritten) return null;
			throw thrown;
		}
	};
}

interface WriterLimits {
	/** Written out so far. */
	fields: number;
	/** Objects came for which there is no code. */
	hopeless: boolean;
}

/** The code of one writer, and what it uses. */
class WriterCode {
	readonly functions: string[] = [];
	readonly surroundings: Record<string, unknown> = { characters: jsonCharacters, isData };

	/** The name under which the code has a value. */
	use(value: unknown): string {
		const name = `used${Object.keys(this.surroundings).length}`;
		this.surroundings[name] = value;
		return name;
	}

	/** The name of a function of one parameter. */
	add(parameter: string, body: string): string {
		const name = `write${this.functions.length}`;
		this.functions.push(`function ${name}(${parameter}) { ${body} }`);
		return name;
	}
}

function writerOf(root: ObjectProjection, limits: WriterLimits): Write | null {
	const code = new WriterCode();
	const name = objectCode(root, code, limits);
	if (name === null) return null;
	return generatedFunction(`${code.functions.join("\n")}\nreturn ${name};`, code.surroundings) as Write;
}

/** The name of a function that writes an object; null where none can. */
function objectCode({ fields }: ObjectProjection, code: WriterCode, limits: WriterLimits): string | null {
	limits.fields += fields.length;
	if (limits.fields > mostFields) return null;
	if (fields.length === 0) return code.add("data", `return "{}";`);
	const read: string[] = [];
	const tests: string[] = [];
	/** All scalars are what they nearly always are: they are tested together, and their quotes stand in the text around. */
	let ordinary = "";
	let general = "";
	let quote = "";
	for (const [index, { key, source, value }] of fields.entries()) {
		const name = `value${index}`;
		const written = valueCode(value, name, code, limits);
		if (written === null) return null;
		read.push(`const ${name} = data[${literal(source)}];`);
		const label = `${index === 0 ? "{" : ","}${JSON.stringify(key)}:`;
		general += `${literal(label)} + (${written}) + `;
		const quick = value.kind === "scalar" ? quickScalars.get(value.type?.name ?? "") : undefined;
		ordinary += `${literal(quote + label + (quick?.quote ?? ""))} + ${quick?.text(name) ?? `(${written})`} + `;
		if (quick !== undefined) tests.push(quick.test(name));
		quote = quick?.quote ?? "";
	}
	return code.add(
		"data",
		`${read.join("\n")}
		if (${["true", ...tests].join(" && ")}) return ${ordinary}${literal(`${quote}}`)};
		return ${general}"}";`,
	);
}

/** An expression for a value as JSON: at once where it is what it nearly always is, by a function otherwise. */
function valueCode(projection: ValueProjection, value: string, code: WriterCode, limits: WriterLimits): string | null {
	const { kind, nonNull } = projection;
	const absent = code.use(nonNull ? writeNoNull : writeNull);
	switch (kind) {
		case "scalar": {
			const other = code.use(scalarWriter(projection));
			const quick = quickScalars.get(projection.type?.name ?? "");
			if (quick === undefined) return `${other}(${value})`;
			const quote = literal(quick.quote);
			return `${quick.test(value)} ? ${quote} + ${quick.text(value)} + ${quote} : ${other}(${value})`;
		}
		case "enum": {
			const texts = code.use(enumTexts(projection.type));
			return `${texts}.get(${value}) ?? ${absent}(${value})`;
		}
		case "object": {
			const name = objectCode(projection.object, code, limits);
			return name === null ? null : `isData(${value}) ? ${name}(${value}) : ${absent}(${value})`;
		}
		case "abstract": {
			const write = code.use(abstractWriter(projection.abstract, limits));
			return `isData(${value}) ? ${write}(${value}) : ${absent}(${value})`;
		}
		case "list": {
			const item = valueCode(projection.item, "item", code, limits);
			if (item === null) return null;
			const name = code.add(
				"items",
				`let text = "[";
				for (let index = 0; index < items.length; index++) {
					const item = items[index];
					text += (index === 0 ? "" : ",") + (${item});
				}
				return text + "]";`,
			);
			return `Array.isArray(${value}) ? ${name}(${value}) : ${absent}(${value})`;
		}
		case "typename": {
			if (projection.name === null) return `${code.use(refuse)}()`;
			// It is known without the data, but where a failure stands in its place that is told.
			return `typeof ${value} === "object" && ${value} !== null ? ${absent}(${value}) : ${literal(JSON.stringify(projection.name))}`;
		}
		case "introspection":
		case "withheld":
			return null;
	}
}

/** How values of a scalar are told and written that are as it serializes them. */
interface QuickScalar {
	readonly test: (value: string) => string;
	readonly text: (value: string) => string;
	readonly quote: '"' | "";
}

const quickText: QuickScalar = {
	test: (value) => `typeof ${value} === "string"`,
	text: (value) => `characters(${value})`,
	quote: '"',
};
const asItIs = (test: QuickScalar["test"]): QuickScalar => ({ test, text: (value) => value, quote: "" });

const quickScalars: ReadonlyMap<string, QuickScalar> = new Map([
	[GraphQLString.name, quickText],
	[GraphQLID.name, quickText],
	[GraphQLInt.name, asItIs((value) => `typeof ${value} === "number" && (${value} | 0) === ${value}`)],
	[GraphQLFloat.name, asItIs((value) => `typeof ${value} === "number" && ${value} - ${value} === 0`)],
	[GraphQLBoolean.name, asItIs((value) => `typeof ${value} === "boolean"`)],
]);

const refuse = (): never => {
	throw notWritten;
};

const isAbsent = (value: unknown): boolean => value === null || value === undefined || typeof value === "function";

const writeNull: Write = (value) => (isAbsent(value) ? "null" : refuse());
const writeNoNull: Write = refuse;

function scalarWriter({ type, nonNull }: ValueProjection & { kind: "scalar" }): Write {
	return (value) => {
		if (isAbsent(value)) return nonNull ? refuse() : "null";
		if (value instanceof FieldFailure) return refuse();
		try {
			return JSON.stringify(scalarValue(type, value)) ?? refuse();
		} catch {
			return refuse();
		}
	};
}

const enumTexts = (type: GraphQLEnumType): ReadonlyMap<unknown, string> =>
	new Map(type.getValues().map(({ name }) => [name, JSON.stringify(name)]));

/** Writes objects of several types, by code that is generated for each type when it first comes. */
function abstractWriter(
	{ of, untyped, type, typed }: AbstractProjection,
	limits: WriterLimits,
): (data: Data) => string {
	const writers = new Map<ObjectProjection, Write | null>();
	return (data) => {
		const typename = data["__typename"];
		// A failure of such an object is one of the object itself.
		if (typed && typename === type.name && Object.values(data).some((field) => field instanceof FieldFailure)) refuse();
		if (typed && typename instanceof FieldFailure) refuse();
		const object = typeof typename === "string" ? of(typename) : untyped;
		if (object === null) return refuse();
		let write = writers.get(object);
		if (write === undefined) {
			write = writerOf(object, limits);
			writers.set(object, write);
		}
		if (write === null) {
			limits.hopeless = true;
			return refuse();
		}
		return write(data);
	};
}
