/** Runs in a worker thread: composing takes seconds for a large graph, and the event loop answers requests. */
import { parentPort } from "node:worker_threads";
import { CompositionError } from "../../schema/compose.ts";
import type { CompositionAnswer, CompositionTask } from "./composition-messages.ts";
import { runCompositionTask } from "./composition-tasks.ts";

parentPort?.on("message", (task: CompositionTask) => parentPort?.postMessage(answerTo(task)));

function answerTo(task: CompositionTask): CompositionAnswer {
	try {
		return { result: runCompositionTask(task) };
	} catch (error) {
		if (error instanceof CompositionError) return { reasons: error.reasons };
		return { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
	}
}
