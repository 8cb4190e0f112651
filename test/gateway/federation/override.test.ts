import { describe, expect, test } from "vitest";
import { federated } from "./federated.ts";

const old = {
	sdl: `type Query { bill: Bill } type Bill @key(fields: "id") { id: ID! amount: String }`,
	resolvers: {
		Query: { bill: () => ({ id: "1", amount: "old" }) },
		Bill: { __resolveReference: ({ id }: { id: string }) => ({ id, amount: "old" }) },
	},
};
const next = (label: string) => ({
	sdl: `type Bill @key(fields: "id") { id: ID! amount: String @override(from: "old"${label}) }`,
	resolvers: { Bill: { __resolveReference: ({ id }: { id: string }) => ({ id, amount: "new" }) } },
});
const amount = async (label: string, overrideLabels: readonly string[] = []) => {
	const gateway = await federated({ old, next: next(label) }, { overrideLabels });
	return (await gateway.post("{ bill { amount } }")).data?.["bill"];
};

describe("@override", () => {
	test("moves a field away from where it was", async () => {
		expect(await amount("")).toEqual({ amount: "new" });
	});

	test("with a label moves it once the label is on", async () => {
		expect(await amount(', label: "moving"')).toEqual({ amount: "old" });
		expect(await amount(', label: "moving"', ["moving"])).toEqual({ amount: "new" });
	});

	test("with percents moves it for nobody at 0, for all at 100, and for one principal always the same way", async () => {
		expect(await amount(', label: "percent(0)"')).toEqual({ amount: "old" });
		expect(await amount(', label: "percent(100)"')).toEqual({ amount: "new" });
		const gateway = await federated({ old, next: next(', label: "percent(50)"') });
		const ask = async (name: string) => {
			const answer = await gateway.post("{ bill { amount } }", {}, { authorization: `Bearer ${name}` });
			return (answer.data?.["bill"] as { amount: string }).amount;
		};
		const names = Array.from({ length: 30 }, (_, index) => `user${index}`);
		const first = await Promise.all(names.map(ask));
		expect(await Promise.all(names.map(ask))).toEqual(first);
		expect(new Set(first)).toEqual(new Set(["old", "new"]));
	});
});
