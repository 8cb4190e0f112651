/**
 * The entry of the planner's process: native planning, which cannot be interrupted and may crash, apart from the
 * gateway. It holds supergraphs by hash, answers one request after the other and ends with the channel to its parent.
 */
import type { QueryPlanner } from "@graphql-hive/router-query-planner";
import type { PlannerReply, PlannerRequest } from "./messages.ts";

// The parent is gone, however it ended. Planning may be under way in a thread: nothing softer ends that at once.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// Signals of a terminal reach the whole group; the parent lets its requests finish first, and they may need plans.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

const planners = new Map<string, QueryPlanner>();
const reply = (message: PlannerReply): void => void process.send?.(message);

try {
	const { QueryPlanner: Planner } = await import("@graphql-hive/router-query-planner");
	process.on("message", (request: PlannerRequest) => {
		if (request.kind === "forget") planners.delete(request.graph);
		else
			answer(Planner, request).then(reply, (error: unknown) => reply({ kind: "refused", message: messageOf(error) }));
	});
	reply({ kind: "ready" });
} catch (error) {
	reply({ kind: "unusable", message: messageOf(error) });
}

async function answer(
	Planner: typeof QueryPlanner,
	request: Exclude<PlannerRequest, { kind: "forget" }>,
): Promise<PlannerReply> {
	if (request.kind === "load") {
		const planner = new Planner(request.supergraphSdl);
		planners.set(request.graph, planner);
		return {
			kind: "loaded",
			overrides: { labels: planner.overrideLabels, percentages: planner.overridePercentages },
		};
	}
	const planner = planners.get(request.graph);
	if (planner === undefined) throw new Error(`The supergraph ${request.graph} is not loaded`);
	const { text, labels, percentage } = request.question;
	// In a thread of its own: this one stays free to notice that the parent is gone.
	return { kind: "planned", plan: await planner.planAsync(text, null, new Set(labels), percentage) };
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
