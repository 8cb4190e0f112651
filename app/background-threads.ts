/**
 * V8 compiles and collects on threads of its own. Where they keep the processors busy that a request needs, here or in PostgreSQL
 * and Redis beside us, it waits for 3 to 6 ms: of pushes at a hundred a second, most of the slow ones did.
 */
import { readdirSync, readFileSync } from "node:fs";
import { constants, getPriority, setPriority } from "node:os";
import type { Logger } from "../core/ports/logger.ts";

const threads = "/proc/self/task";
const name = "V8Worker";
/** A tenth is left to them of a processor that another thread of ours wants. With less, a busy machine would hardly compile. */
const lower = constants.priority.PRIORITY_BELOW_NORMAL;

/** Lets V8's threads yield to all others. Only Linux has priorities by thread: elsewhere nothing happens. */
export function lowerBackgroundThreads(logger: Logger): void {
	if (process.platform !== "linux") return;
	try {
		const priority = Math.min(getPriority() + lower, constants.priority.PRIORITY_LOW);
		for (const id of readdirSync(threads)) {
			if (readFileSync(`${threads}/${id}/comm`, "utf8").trim() === name) setPriority(Number(id), priority);
		}
	} catch (error) {
		logger.debug({ err: error }, "V8's threads keep their priority");
	}
}
