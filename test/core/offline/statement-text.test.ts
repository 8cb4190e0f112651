import { expect, it } from "vitest";
import { statementText } from "../../../core/offline/statement-text.ts";

it("cuts off what stands behind a statement, and nothing else", () => {
	expect(statementText("SELECT ';' ;\n ;\t")).toBe("SELECT ';'");
	expect(statementText("; SELECT 1 -- ;x")).toBe("; SELECT 1 -- ;x");
	expect(statementText(" ;\n")).toBe("");
});

it("takes a statement with a million blanks as fast as any", () => {
	const sql = `SELECT${" ".repeat(1_000_000)}1`;
	const before = process.cpuUsage().user;
	expect(statementText(`${sql};`)).toBe(sql);
	// A pattern took minutes of it.
	expect(process.cpuUsage().user - before).toBeLessThan(5_000_000);
});
