import { Command } from "commander";
import { type Connection, connectionOf } from "../client/connection.ts";
import { request } from "../client/graphql.ts";
import { RequestFailed, refuseUserErrors, type ServerError, userErrorFields } from "../client/request-failed.ts";
import { subscribe } from "../client/subscription.ts";
import { printJson } from "../output/data.ts";
import { startProgress } from "../output/progress.ts";

interface Run {
	readonly id: string;
	readonly state: string;
	readonly progress: number;
	readonly rowsRead: string;
	readonly rowsWritten: string;
	readonly failure: ServerError | null;
}

const runFields = "id state progress rowsRead rowsWritten failure { code message name nearest hint }";

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
				const { materialize } = await request<{ materialize: { run: Run; userErrors: ServerError[] } }>(
					connection,
					`mutation Materialize($input: MaterializeInput!) {
						materialize(input: $input) { run { ${runFields} } ${userErrorFields} }
					}`,
					{
						input: {
							project: connection.project,
							views: views.length === 0 ? null : views,
							start: options.start ?? null,
							end: options.end ?? null,
							incremental: options.incremental,
						},
					},
				);
				refuseUserErrors(materialize.userErrors);
				const run = options.wait ? await follow(connection, materialize.run) : materialize.run;
				if (run.failure !== null) throw new RequestFailed([run.failure]);
				if (connection.json) printJson(run);
				else process.stdout.write(`${run.id} ${run.state}: ${run.rowsRead} rows read, ${run.rowsWritten} written\n`);
			},
		);

async function follow(connection: Connection, queued: Run): Promise<Run> {
	const progress = startProgress("Materializing");
	let latest = queued;
	const events = subscribe<{ materializationProgress: Run }>(
		connection,
		`subscription Progress($id: ID!) { materializationProgress(id: $id) { ${runFields} } }`,
		{ id: queued.id },
	);
	for await (const { materializationProgress } of events) {
		latest = materializationProgress;
		progress.update(latest.progress, `${latest.rowsWritten} rows written`);
	}
	if (latest.state === "SUCCEEDED") progress.done(`Materialized ${latest.rowsWritten} rows`);
	else progress.failed(`The run ended ${latest.state}`);
	return latest;
}
