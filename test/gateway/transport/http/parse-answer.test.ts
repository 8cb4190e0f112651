import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAnswerBytes } from "../../../../gateway/transport/http/parse-answer.ts";

/** A JSON text with its depth, made of parts that are easily mistaken for one another. */
interface Written {
	readonly text: string;
	readonly depth: number;
	/** What it says; a number that JavaScript cannot hold as `{kept}`. */
	readonly value: unknown;
}

const digits = fc.stringMatching(/^[1-9]\d{0,24}$/);
const number = fc
	.tuple(
		fc.constantFrom("", "-"),
		digits,
		fc.option(fc.stringMatching(/^\d{1,20}$/), { nil: null }),
		fc.option(fc.stringMatching(/^[eE][+-]?\d{1,4}$/), { nil: null }),
	)
	.map(
		([sign, whole, fraction, exponent]) => `${sign}${whole}${fraction === null ? "" : `.${fraction}`}${exponent ?? ""}`,
	)
	.map((written) => ({ text: written, value: exactly(written) }));
const text = fc.oneof(
	fc.string({ unit: "binary" }),
	fc.constantFrom('"', "\\", '\\"', "[[[[", "}}", ":1234567890123456789", "1e400", "_proto__", "é🙂"),
	digits,
);
/** As JSON.stringify writes it, or with every character escaped. */
const quoted = fc.tuple(text, fc.boolean()).map(([value, escaped]) => {
	if (!escaped) return { text: JSON.stringify(value), value };
	const units = Array.from({ length: value.length }, (_, at) => value.charCodeAt(at).toString(16).padStart(4, "0"));
	return { text: `"${units.map((unit) => `\\u${unit}`).join("")}"`, value };
});
const space = fc.constantFrom("", " ", "\n\t");
const word = fc.constantFrom(true, false, null).map((value) => ({ text: String(value), value }));
const leaf = fc.oneof(number, quoted, word).map((written) => ({ ...written, depth: 0 }));

const deepest = (parts: readonly Written[]): number => 1 + Math.max(0, ...parts.map(({ depth }) => depth));
const { value: json } = fc.letrec<{ value: Written }>((tie) => {
	const list = fc.tuple(space, fc.array(tie("value"), { maxLength: 4 })).map(([gap, items]) => ({
		text: `[${gap}${items.map((item) => item.text).join(`${gap},`)}${gap}]`,
		depth: deepest(items),
		value: items.map(({ value }) => value),
	}));
	const key = quoted.filter(({ value }) => value !== "__proto__");
	const members = fc.uniqueArray(fc.tuple(key, tie("value")), {
		maxLength: 4,
		selector: ([name]) => name.value,
	});
	const object = fc.tuple(space, members).map(([gap, pairs]) => ({
		text: `{${pairs.map(([name, { text }]) => `${name.text}${gap}:${gap}${text}`).join(`,${gap}`)}}`,
		depth: deepest(pairs.map(([, inner]) => inner)),
		value: Object.fromEntries(pairs.map(([name, { value }]) => [name.value, value])),
	}));
	return { value: fc.oneof({ depthSize: "medium" }, leaf, list, object) };
});

/** A number, or as it is written where JavaScript cannot hold it. */
function exactly(source: string): unknown {
	const value = Number(source);
	if (!Number.isFinite(value)) return { kept: source };
	const whole = /^-?\d+$/.test(source);
	return !whole || (BigInt(source) === BigInt(value) && String(value) === source) ? value : { kept: source };
}

/** The same, of what was read: what JSON.stringify writes unlike any double is kept. */
const read = (value: unknown): unknown => {
	if (Array.isArray(value)) return value.map(read);
	if (typeof value !== "object" || value === null) return value;
	if (Object.getPrototypeOf(value) === null) return { kept: JSON.stringify(value) };
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, read(inner)]));
};

describe("JSON of which nothing is known", () => {
	it("is what it says, each number exactly, whatever it looks like", () => {
		fc.assert(
			fc.property(json, ({ text: written, value }) => {
				expect(read(parseAnswerBytes(Buffer.from(written), 1_000))).toEqual(value);
			}),
			{ numRuns: 4_000 },
		);
	});

	it("nests as deep as it may, and no deeper, whatever its texts say", () => {
		fc.assert(
			fc.property(json, ({ text: written, depth }) => {
				expect(() => parseAnswerBytes(Buffer.from(written), depth)).not.toThrow();
				if (depth > 0) expect(() => parseAnswerBytes(Buffer.from(written), depth - 1)).toThrow(/nests more than/);
			}),
			{ numRuns: 1_000 },
		);
	});

	it("has no key __proto__, however it is written", () => {
		const unit = (character: string) =>
			fc.constantFrom(character, `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
		const key = fc.tuple(...Array.from("__proto__", unit)).map((units) => units.join(""));
		fc.assert(
			fc.property(key, json, (name, { text: value }) => {
				expect(() => parseAnswerBytes(Buffer.from(`{"data":{"${name}":${value}}}`), 1_000)).toThrow(/__proto__/);
			}),
			{ numRuns: 500 },
		);
	});

	it("has other keys that are like it", () => {
		for (const name of ['\\"__proto__', "__proto__\\n", "\\\\__proto__", "___proto__", "__Proto__"]) {
			const written = `{"data":{"${name}" : 1}}`;
			expect(JSON.stringify(parseAnswerBytes(Buffer.from(written), 10)), written).toBe(written.replace(" : ", ":"));
		}
	});

	it("may speak of __proto__, and have names that begin like it", () => {
		const written = '{"data":{"__proto":"__proto__","__prototype":"\\u0041"}}';
		expect(parseAnswerBytes(Buffer.from(written), 10)).toEqual({ data: { __proto: "__proto__", __prototype: "A" } });
	});
});
