import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const app = JSON.stringify(fileURLToPath(new URL("../../app/young-allocation.ts", import.meta.url)));

/** Keeps all that it makes, so that whoever decides by what is alive takes all of it for old. */
const program = (before: string): string => `
import { setFlagsFromString } from "node:v8";
import { allocateYoung } from ${app};
${before}
setFlagsFromString("--trace-pretenuring-statistics");
const kept = [];
const make = (n) => [n, [n + 0.5], { n }];
for (let n = 0; n < 300_000; n++) kept.push(make(n));
console.log(kept.length);
`;

const decided = /=> (maybe )?tenure/;

const run = async (before: string): Promise<string> => {
	const source = ["--input-type=module", "-e", program(before)];
	return (await promisify(execFile)(process.execPath, source, { maxBuffer: 50_000_000 })).stdout;
};

it("no place in the code comes to allocate old what it allocates", async () => {
	// How far V8 comes with it depends on when it compiles; it begins with "maybe" at the first collection.
	expect(await run("")).toMatch(decided);
	expect(await run("allocateYoung();")).not.toMatch(decided);
});
