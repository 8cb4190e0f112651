import { describe, expect, it } from "vitest";
import { pushAdmission } from "../../../../services/serving/push/push-admission.ts";

const rows = (count: number, text = ""): readonly unknown[] => Array.from({ length: count }, () => ({ text }));
const overloaded = expect.objectContaining({ code: "OVERLOADED" });

describe("pushes at once", () => {
	it("are taken up to so many rows, and again when others are done", () => {
		const admit = pushAdmission({ rows: 100, bytes: 1e6 });
		const release = admit("ann", [rows(40), rows(20)]);
		admit("bob", [rows(40)]);
		expect(() => admit("eve", [rows(1)])).toThrow(overloaded);
		release();
		release();
		admit("eve", [rows(60)]);
		expect(() => admit("dan", [rows(1)])).toThrow(overloaded);
	});

	it("are taken up to so many bytes", () => {
		const admit = pushAdmission({ rows: 100, bytes: 10_000 });
		admit("ann", [rows(1, "x".repeat(4_000))]);
		expect(() => admit("bob", [rows(1, "x".repeat(4_000))])).toThrow(overloaded);
		admit("bob", [rows(1)]);
	});

	it("are one at least, however large", () => {
		const admit = pushAdmission({ rows: 10, bytes: 10 });
		const release = admit("ann", [rows(50, "xxx")]);
		expect(() => admit("bob", [rows(1)])).toThrow(overloaded);
		release();
		admit("ann", [rows(50, "xxx")]);
	});

	it("of one caller leave room for those of others", () => {
		const admit = pushAdmission({ rows: 100, bytes: 1e6 });
		admit("ann", [rows(30)]);
		const release = admit("ann", [rows(20)]);
		expect(() => admit("ann", [rows(1)])).toThrow(overloaded);
		admit("bob", [rows(50)]);
		release();
		admit("ann", [rows(20)]);
	});
});
