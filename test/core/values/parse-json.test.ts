import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "../../../core/values/parse-json.ts";

/** What V8 knows from then on. */
function teachBackslashes(): void {
	for (const name of ["\\", "\\u0061b", "a\\", "\\\\"]) JSON.parse(JSON.stringify({ h: [], [name]: 0 }));
}

const unit = fc.constantFrom("\\", '"', "\n", "a", "b", "u0061", ":", "{", "}", ",", " ", "é", "\u2028", "_");
const text = fc.oneof(
	fc.array(unit, { maxLength: 4 }).map((units) => units.join("")),
	fc.constantFrom("h", "__proto__", "constructor", "1", "10"),
);
/** As JSON.stringify writes it, or with every unit escaped. */
const quoted = (value: string) =>
	fc
		.boolean()
		.map((escaped) =>
			escaped
				? `"${Array.from({ length: value.length }, (_, at) => `\\u${value.charCodeAt(at).toString(16).padStart(4, "0")}`).join("")}"`
				: JSON.stringify(value),
		);

interface Written {
	readonly text: string;
	readonly value: unknown;
}

const leaf: fc.Arbitrary<Written> = fc.oneof(
	text.chain((value) => quoted(value).map((written) => ({ text: written, value }))),
	fc
		.oneof(fc.integer(), fc.constantFrom(1.5, -2e300, null, true))
		.map((value) => ({ text: JSON.stringify(value), value })),
);
const space = fc.constantFrom("", " ", "\n\t", "\r\n");
const { value: json } = fc.letrec<{ value: Written }>((tie) => {
	const list = fc.tuple(space, fc.array(tie("value"), { maxLength: 3 })).map(([gap, items]) => ({
		text: `[${gap}${items.map((item) => item.text).join(`${gap},${gap}`)}${gap}]`,
		value: items.map((item) => item.value),
	}));
	const member = fc.tuple(
		text.chain((name) => quoted(name).map((written) => ({ name, written }))),
		tie("value"),
	);
	const object = fc.tuple(space, fc.array(member, { maxLength: 4 })).map(([gap, members]) => {
		const value = {};
		for (const [{ name }, inner] of members) {
			Object.defineProperty(value, name, { value: inner.value, enumerable: true, configurable: true, writable: true });
		}
		const written = members.map(([{ written }, inner]) => `${gap}${written}${gap}:${gap}${inner.text}`);
		return { text: `{${written.join(`${gap},`)}${gap}}`, value };
	});
	return { value: fc.oneof({ depthSize: "medium" }, leaf, list, object) };
});

describe("JSON that others wrote", () => {
	it("has the names that it says, whatever was read before", () => {
		teachBackslashes();
		fc.assert(
			fc.property(json, (written) => {
				const read = parseJson(written.text);
				expect(read).toEqual(written.value);
				expect(JSON.stringify(read)).toBe(JSON.stringify(written.value));
			}),
			{ numRuns: 5_000 },
		);
	});

	// A first name of its own for each: V8 is wrong where it knows one name after another, not several.
	it.each([
		['{"p":0,"\\\\":0}', '{"p":1,"\\"":2}', { p: 1, '"': 2 }],
		['{"q":0,"\\\\":0}', '{"q":1,"\\n" \t:2}', { q: 1, "\n": 2 }],
		['{"r":0,"a\\\\":0}', '{"r":1,"a\\t":2}', { r: 1, "a\t": 2 }],
		['{"s":0,"\\\\u0061b":0}', '{"s":1,"\\u0061bcdefg":2}', { s: 1, abcdefg: 2 }],
	])("after %s reads %s, which V8 does not", (before, written, value) => {
		JSON.parse(before);
		expect(parseJson(written)).toEqual(value);
	});

	it("keeps the last of what is there twice, and a name __proto__ like every other", () => {
		expect(parseJson('{"a":1,"\\u0061":{"b":2},"a":3}')).toEqual({ a: 3 });
		const { x } = parseJson('{"x":{"\\u005f_proto__":{"polluted":true}}}') as { x: object };
		expect(Object.keys(x)).toEqual(["__proto__"]);
		expect(x).not.toHaveProperty("polluted");
	});

	it("refuses what is no JSON, with escapes and without", () => {
		for (const written of [
			"",
			"{",
			'{"a\\n":}',
			'{"a\\n":1,}',
			'["\\x"]',
			'{"\\n":1} x',
			'"\\',
			'{"\\":1}',
			"\\",
			'{"a":1}}',
		]) {
			expect(() => parseJson(written), written).toThrow(SyntaxError);
		}
	});

	it("holds long texts in their length", () => {
		const written = `{"\\n":1,"a":"${"x".repeat(4_000_000)}"}`;
		const before = process.memoryUsage().heapUsed;
		const read = parseJson(written) as { a: string };
		expect(process.memoryUsage().heapUsed - before).toBeLessThan(40_000_000);
		expect(read.a).toHaveLength(4_000_000);
	});

	it("makes of numbers what it is told, in either way of reading", () => {
		const exactly = (value: number, source: string) => (Number.isSafeInteger(value) ? value : BigInt(source));
		for (const name of ["a", "\\n"]) {
			const read = parseJson(`{"${name}":[1,12345678901234567890],"x":"7"}`, exactly);
			expect(Object.values(read as object)).toEqual([[1, 12345678901234567890n], "7"]);
		}
	});
});
