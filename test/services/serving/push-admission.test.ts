import { describe, expect, it } from "vitest";
import { pushAdmission } from "../../../services/serving/push-admission.ts";

const rows = (count: number, text = ""): readonly unknown[] => Array.from({ length: count }, () => ({ text }));
const overloaded = expect.objectContaining({ code: "OVERLOADED" });

describe("pushes at once", () => {
	it("are taken up to so many rows, and again when others are done", () => {
		const admit = pushAdmission({ rows: 100, bytes: 1e6 });
		const release = admit([rows(40), rows(20)]);
		admit([rows(40)]);
		expect(() => admit([rows(1)])).toThrow(overloaded);
		release();
		release();
		admit([rows(60)]);
		expect(() => admit([rows(1)])).toThrow(overloaded);
	});

	it("are taken up to so many bytes", () => {
		const admit = pushAdmission({ rows: 100, bytes: 10_000 });
		admit([rows(1, "x".repeat(4_000))]);
		expect(() => admit([rows(1, "x".repeat(4_000))])).toThrow(overloaded);
		admit([rows(1)]);
	});

	it("are one at least, however large", () => {
		const admit = pushAdmission({ rows: 10, bytes: 10 });
		const release = admit([rows(50, "xxx")]);
		expect(() => admit([rows(1)])).toThrow(overloaded);
		release();
		admit([rows(50, "xxx")]);
	});
});
