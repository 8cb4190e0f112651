import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";

const moduleUrl = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);

/** A process with the policy of the server, and this going wrong in it. */
function run(statement: string) {
	const program = `
		import { createLogger } from ${moduleUrl("../../app/logging.ts")};
		import { endOnFatalErrors } from ${moduleUrl("../../app/end-on-fatal-errors.ts")};
		endOnFatalErrors(createLogger("info"));
		setInterval(() => {}, 1000);
		const wrong = Object.assign(new Error("broken"), { password: "secret" });
		${statement}`;
	return spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8", timeout: 20_000 });
}

describe("an error that nobody caught", () => {
	it.each([
		["in a timer", "setTimeout(() => { throw wrong; });"],
		["in a promise", "void Promise.reject(wrong);"],
		["in a listener", "process.on('x', () => { throw wrong; }); setImmediate(() => process.emit('x'));"],
	])("%s is logged and ends the process with 1", (_, statement) => {
		const { status, stderr } = run(statement);
		expect(status).toBe(1);
		const line = JSON.parse(stderr.trim()) as { msg: string; err: { message: string } };
		expect(line).toMatchObject({ msg: "An error that nobody caught ends the process", err: { message: "broken" } });
		expect(stderr).not.toContain("secret");
	});
});
