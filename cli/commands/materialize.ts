import { Command } from "commander";
import { connectionOf } from "../client/connection.ts";
import { RequestFailed } from "../client/request-failed.ts";
import { followMaterialization, requestMaterialization } from "../operations/materializations.ts";
import { printJson } from "../output/data.ts";

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
				else process.stdout.write(`${run.id} ${run.state}: ${run.rowsRead} rows read, ${run.rowsWritten} written\n`);
			},
		);
