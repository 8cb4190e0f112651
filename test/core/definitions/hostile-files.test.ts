import { describe, expect, it } from "vitest";
import { readFiles } from "../../../core/definitions/read-definitions.ts";

const codesOf = (content: string) => new Set(readFiles([{ path: "a.yaml", content }]).errors.map(({ code }) => code));
const times = (count: number, text: (index: number) => string) =>
	Array.from({ length: count }, (_, i) => text(i)).join("");

describe("definition files that are made to hurt", () => {
	it("are refused where aliases multiply", () => {
		const layers = times(9, (layer) => `x${layer + 1}: &x${layer + 1} [${times(9, () => `*x${layer}, `)}]\n`);
		expect(codesOf(`x0: &x0 [x]\n${layers}`)).toEqual(new Set(["DEFINITION_SYNTAX"]));
	});

	it.each([
		["lists", `entities: ${"[".repeat(20_000)}`],
		["maps", `entities: ${"{a: ".repeat(5_000)}1${"}".repeat(5_000)}`],
		["blocks", times(1500, (depth) => `${" ".repeat(depth)}a:\n`)],
	])("are refused where %s are nested without end", (_, content) => {
		expect(codesOf(content)).toEqual(new Set(["DEFINITION_SYNTAX"]));
	});

	it("take a time in proportion to their length", () => {
		const content = `entities: {${times(30_000, (index) => `e${index}: {joinKeys: {k: int64}}, `)}}`;
		// Of the processor: on a busy machine the time itself tells nothing.
		const before = process.cpuUsage().user;
		expect(codesOf(content)).toEqual(new Set());
		expect(process.cpuUsage().user - before).toBeLessThan(12_000_000);
	});

	it("tell a key that stands twice", () => {
		expect(codesOf("entities: {a: {joinKeys: {k: int64}}, 'a': {joinKeys: {k: int64}}}")).toEqual(
			new Set(["DUPLICATE_NAME"]),
		);
		expect(codesOf("entities: {1: {}, '1': {}}")).toEqual(new Set(["DUPLICATE_NAME"]));
	});
});
