import { execFile } from "node:child_process";
import { constants, getPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const program = `
import { readdirSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { lowerBackgroundThreads } from ${JSON.stringify(fileURLToPath(new URL("../../app/background-threads.ts", import.meta.url)))};
const none = () => {};
lowerBackgroundThreads({ debug: none });
const threads = readdirSync("/proc/self/task").map((id) => ({
	name: readFileSync("/proc/self/task/" + id + "/comm", "utf8").trim(),
	priority: getPriority(Number(id)),
}));
console.log(JSON.stringify(threads));
`;

it.runIf(process.platform === "linux")("V8's threads yield to all others, and they alone", async () => {
	const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
	const threads = JSON.parse(stdout) as { name: string; priority: number }[];
	const own = getPriority();
	const background = threads.filter(({ name }) => name === "V8Worker");
	expect(background.length).toBeGreaterThan(0);
	const lowest = constants.priority.PRIORITY_LOW;
	for (const { priority } of background) expect(priority).toBe(Math.min(own + 10, lowest));
	const others = threads.filter(({ name }) => name !== "V8Worker");
	expect(others.length).toBeGreaterThan(0);
	for (const { priority } of others) expect(priority).toBe(own);
});
