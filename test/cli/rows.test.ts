import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseRow, readRows } from "../../cli/input/rows.ts";

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "rows-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function rowsIn(content: string): Promise<unknown> {
	const path = join(folder, "rows.json");
	await writeFile(path, content);
	return readRows(path);
}

describe("rows of the command line", () => {
	it("have JSON's numbers, booleans and null, and texts for all else", () => {
		expect(parseRow("a=7,b=-1.5e3,c=true,d=null,e=JFK,f=007,g=")).toEqual({
			a: 7,
			b: -1500,
			c: true,
			d: null,
			e: "JFK",
			f: "007",
			g: "",
		});
	});

	it("are a list or a line each, with whatever names, and exact beyond 2^53", async () => {
		const rows = [
			{ id: "9007199254740993", note: { h: [], "\\": 0 } },
			{ id: 1, note: { h: 1, "\n": 2 } },
		];
		const written = rows.map((row) => JSON.stringify(row).replace('"9007199254740993"', "9007199254740993"));
		expect(await rowsIn(`[${written.join(",")}]`)).toEqual(rows);
		expect(await rowsIn(`${written.join("\r\n")}\n`)).toEqual(rows);
		expect(await rowsIn(" \n")).toEqual([]);
	});

	it("name the line that is no JSON", async () => {
		await expect(rowsIn('{"a":1}\n{"a":}')).rejects.toThrow(/rows\.json:2: /);
	});
});
