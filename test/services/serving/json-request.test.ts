import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { scalar } from "../../../core/values/type.ts";
import { type AskedRows, JsonRequests } from "../../../services/serving/features/json-request.ts";
import { readQuestion } from "../../../services/serving/features/question.ts";
import { objectOf } from "../../../services/serving/request-fields.ts";

const key = { name: "item", type: scalar("INT64") };

/** What a request came to, or why it was refused. */
function outcomeOf(ask: () => AskedRows): unknown {
	try {
		const { question, rows } = ask();
		const read = rows.read([key], []);
		const { last: _, ...asked } = question;
		return { asked, rowCount: read.rowCount, items: read.column("item"), isBad: [...read.isBad], errors: read.errors };
	} catch (error) {
		if (!(error instanceof FeaturegraphError)) throw error;
		return { code: error.code, message: error.message };
	}
}

/** Each request by itself, read as a whole: nothing is known before it. */
const alone = (text: string): unknown => outcomeOf(() => new JsonRequests(1).read(Buffer.from(text)));

const texts = fc.constantFrom("a:b", "s:*", '"entities":', "é", "\\", "}");
const select = fc.oneof(
	fc.array(texts, { maxLength: 3 }).map((features) => ({ features })),
	texts.map((featureService) => ({ featureService })),
	fc.constantFrom<unknown>(null, 7, { features: [1] }, { entities: {} }),
);
const items = fc.array(fc.oneof(fc.nat(9).map(String), fc.nat(9), fc.constant(null), fc.constant("x")), {
	maxLength: 3,
});
const entities = fc.oneof(
	items.map((item) => ({ item })),
	items.map((list) => list.map((item) => ({ item }))),
	fc.constantFrom<unknown>(null, "no", { item: 1 }, { item: [1], entities: [2] }),
);
const member = fc.oneof(
	{ weight: 3, arbitrary: select.map((value) => ["select", value] as const) },
	{ weight: 3, arbitrary: entities.map((value) => ["entities", value] as const) },
	texts.map((value) => ["project", value] as const),
	fc.boolean().map((value) => ["fullFeatureNames", value] as const),
	fc.constant(["include", ["keys"]] as const),
	fc.constant(["__proto__", {}] as const),
);
const blank = fc.constantFrom("", "", "", " ", "\n\t");
/** Members in any order, some twice, with blanks, now and then cut off or with something behind. */
const body = fc
	.tuple(fc.array(member, { maxLength: 4 }), blank, blank, fc.constantFrom("", "", "", "", "}", ",", "x"), fc.nat(8))
	.map(([members, before, after, rest, cut]) => {
		const written = members.map(([name, value]) => `${JSON.stringify(name)}${before}:${after}${JSON.stringify(value)}`);
		const text = `{${written.join(`,${before}`)}${after}}${rest}`;
		return cut === 0 ? text.slice(0, -2) : text;
	});

describe("requests of /features as JSON", () => {
	it("are read the same whatever was asked before", () => {
		fc.assert(
			fc.property(fc.array(body, { minLength: 1, maxLength: 8 }), (bodies) => {
				const requests = new JsonRequests(4);
				for (const text of [...bodies, ...bodies.toReversed()]) {
					expect(
						outcomeOf(() => requests.read(Buffer.from(text))),
						text,
					).toEqual(alone(text));
				}
			}),
			{ numRuns: 500 },
		);
	});

	it("are read as their JSON says", () => {
		fc.assert(
			fc.property(body, (text) => {
				const requests = new JsonRequests(4);
				const first = outcomeOf(() => requests.read(Buffer.from(text)));
				const again = outcomeOf(() => requests.read(Buffer.from(text)));
				expect(again).toEqual(first);
				let plain: unknown;
				try {
					plain = readQuestion(objectOf(JSON.parse(text), "The body"), ["entities"]);
				} catch (error) {
					const code = error instanceof FeaturegraphError ? error.message : "The request is not JSON.";
					expect(first).toMatchObject({ code: "BAD_USER_INPUT", message: code });
					return;
				}
				if (typeof first === "object" && first !== null && "asked" in first) {
					expect(plain).toMatchObject(first.asked as object);
				}
			}),
			{ numRuns: 500 },
		);
	});

	it("know a question by the text before its rows, and read it once", () => {
		const requests = new JsonRequests(4);
		const asking = (item: number) =>
			requests.read(Buffer.from(`{"select": {"features": ["a:b"]}, "entities": {"item": [${item}]}}`));
		const first = asking(1);
		const second = asking(2);
		expect(second.question).toBe(first.question);
		expect(second.rows.read([key], []).column("item")).toEqual([2n]);
	});

	it("are read whole where the question goes on behind the rows", () => {
		const requests = new JsonRequests(4);
		const head = '{"select": {"features": ["a:b"]}, "entities": {"item": [1]}';
		expect(requests.read(Buffer.from(`${head}}`)).question.project).toBe("default");
		expect(requests.read(Buffer.from(`${head}, "project": "other"}`)).question.project).toBe("other");
		expect(requests.read(Buffer.from(`${head}}`)).question.project).toBe("default");
		expect(() => requests.read(Buffer.from(`${head}, "more": 1}`))).toThrow('has no field "more"');
	});

	it("refuse what is not UTF-8 also behind a question that is known", () => {
		const requests = new JsonRequests(4);
		const text = '{"select": {"features": ["a:b"]}, "entities": {"item": ["1"]}}';
		requests.read(Buffer.from(text));
		const bytes = Buffer.from(text);
		bytes[text.indexOf('1"]')] = 0xff;
		expect(() => requests.read(bytes)).toThrow("not UTF-8");
	});
});
