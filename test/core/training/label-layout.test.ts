import { describe, expect, it } from "vitest";
import { labelLayout } from "../../../core/training/label-layout.ts";
import { type Column, scalar } from "../../../core/values/type.ts";

const column = (name: string): Column => ({ name, type: scalar("INT64") });
const layout = (names: readonly string[], features: readonly string[] = ["fare"]) =>
	labelLayout(
		{ joinKeys: [column("driver_id")], request: [column("surge")], features: features.map((name) => ({ name })) },
		"event_timestamp",
		[...names.map(column), { name: "event_timestamp", type: scalar("TIMESTAMP") }],
	);

describe("label columns", () => {
	it("stand in the order of their roles, all others as they came", () => {
		const names = layout(["Ärger", "surge", "ärger!", "driver_id"]).map(({ name, role }) => [name, role]);
		expect(names).toEqual([
			["driver_id", "JOIN_KEY"],
			["surge", "REQUEST"],
			["Ärger", "LABEL"],
			["ärger!", "LABEL"],
			["event_timestamp", "LABEL"],
		]);
	});

	// A file would have one of the two renamed, without a word.
	it.each([
		[["driver_id", "surge", "y", "y"], "two columns"],
		[["driver_id", "surge", "y", "Y"], "differ in case alone"],
		[["driver_id", "surge", "Driver_ID"], "differ in case alone"],
		[["driver_id", "surge", ""], "without a name"],
		[["driver_id", "surge", "File_Row_Number"], "cannot be called"],
		[["driver_id", "surge", "__row"], "cannot be called"],
	])("%j are refused", (names, reason) => {
		expect(() => layout(names)).toThrow(
			expect.objectContaining({ code: "LABELS_INVALID", message: expect.stringContaining(reason) as string }),
		);
	});

	it.each(["fare", "FARE"])('"%s" is no label beside the feature "fare"', (name) => {
		expect(() => layout(["driver_id", "surge", name])).toThrow(expect.objectContaining({ code: "NAME_COLLISION" }));
		expect(layout(["driver_id", "surge", name], ["driver_last_trip__fare"])).toHaveLength(4);
	});
});
