import { expect, it } from "vitest";
import { EvaluationFailure } from "../../../core/expressions/expression-error.ts";
import { viewExpression } from "../../../core/expressions/view-expressions.ts";
import { onDemandView } from "../../support/registry-snapshot.ts";

const view = onDemandView(1, "made", { text: "string", tags: "array<string>" }, [], {
	text: ["string", "request.text + 'x'"],
	list: ["array<string>", "request.tags.map(tag, request.text)"],
	json: ["json", "request.tags.map(tag, request.text)"],
	size: ["int64", "size(request.tags.map(tag, request.text))"],
});
const made = (feature: string, text: string, tags: readonly string[] = []): unknown => {
	const { evaluate, references } = viewExpression(view, feature);
	const result = evaluate(references.map(({ name }) => (name === "text" ? text : tags)));
	return result instanceof EvaluationFailure ? result.message : result;
};

it("a value that no online store would keep is an error, each by itself", () => {
	const most = 2 ** 20;
	const refused = `The value has more than ${most} bytes.`;
	expect(made("text", "a".repeat(most - 1))).toHaveLength(most);
	expect(made("text", "a".repeat(most))).toBe(refused);
	const text = "a".repeat(1000);
	const tags = (count: number) => new Array<string>(count).fill("t");
	expect(made("list", text, tags(1000))).toHaveLength(1000);
	expect(made("list", text, tags(1100))).toBe(refused);
	expect(made("json", text, tags(1000))).toBe(JSON.stringify(new Array<string>(1000).fill(text)));
	expect(made("json", text, tags(1100))).toBe(refused);
	expect(made("size", text, tags(50_000))).toBe(50_000n);
});
