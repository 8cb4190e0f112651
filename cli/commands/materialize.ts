import { Command } from "commander";
import { connectionOf } from "../client/connection.ts";
import { RequestFailed } from "../client/request-failed.ts";
import {
	followMaterialization,
	type MaterializationRun,
	requestMaterialization,
} from "../operations/materializations.ts";
import { printJson, printTable } from "../output/data.ts";

export const materializeCommand = () =>
	new Command("materialize")
		.description("Brings the latest values of views into the online store.")
		.argument("[views...]", "the views (all by default)")
		.option("--start <time>", "from this event time on")
		.option("--end <time>", "up to this event time")
		.option("--incremental", "only what became known since the last time", false)
		.option("--no-wait", "return as soon as the run is queued")
		.action(
			async (
				views: string[],
				options: { start?: string; end?: string; incremental: boolean; wait: boolean },
				command: Command,
			) => {
				const connection = connectionOf(command);
				const queued = await requestMaterialization(connection, {
					views: views.length === 0 ? null : views,
					start: options.start ?? null,
					end: options.end ?? null,
					incremental: options.incremental,
				});
				const run = options.wait ? await followMaterialization(connection, queued) : queued;
				if (run.failure !== null) throw new RequestFailed([run.failure]);
				if (connection.json) printJson(run);
				else printRun(run, views, options.wait);
			},
		);

/** A run that goes on is named: its id is how to ask for it later. */
function printRun(run: MaterializationRun, views: readonly string[], hasEnded: boolean): void {
	const what = views.length === 0 ? "all views" : views.join(", ");
	const names = ["views", "state", "rows read", "rows written"];
	const values = [what, run.state, run.rowsRead, run.rowsWritten];
	if (hasEnded) printTable(names, [values]);
	else printTable([...names, "run"], [[...values, run.id]]);
}
