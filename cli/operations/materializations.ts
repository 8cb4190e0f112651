import type { Connection } from "../client/connection.ts";
import { request } from "../client/graphql.ts";
import { refuseUserErrors, type ServerError, userErrorFields } from "../client/request-failed.ts";
import { subscribe } from "../client/subscription.ts";
import { startProgress } from "../output/progress.ts";

export interface MaterializationRun {
	readonly id: string;
	readonly state: string;
	readonly progress: number;
	readonly rowsRead: string;
	readonly rowsWritten: string;
	readonly failure: ServerError | null;
}

const fields = "id state progress rowsRead rowsWritten failure { code message name nearest hint }";

/** Queues a materialization (`MaterializeInput` without its project). */
export async function requestMaterialization(
	connection: Connection,
	input: Readonly<Record<string, unknown>>,
): Promise<MaterializationRun> {
	const { materialize } = await request<{ materialize: { run: MaterializationRun; userErrors: ServerError[] } }>(
		connection,
		`mutation Materialize($input: MaterializeInput!) { materialize(input: $input) { run { ${fields} } ${userErrorFields} } }`,
		{ input: { project: connection.project, ...input } },
	);
	refuseUserErrors(materialize.userErrors);
	return materialize.run;
}

/** Shows the progress of a run to its end. */
export async function followMaterialization(
	connection: Connection,
	queued: MaterializationRun,
): Promise<MaterializationRun> {
	const progress = startProgress("Materializing");
	let latest = queued;
	const events = subscribe<{ materializationProgress: MaterializationRun }>(
		connection,
		`subscription Progress($id: ID!) { materializationProgress(id: $id) { ${fields} } }`,
		() => ({ id: queued.id }),
	);
	for await (const { materializationProgress } of events) {
		latest = materializationProgress;
		progress.update(latest.progress, `${latest.rowsWritten} rows written`);
	}
	if (latest.state === "SUCCEEDED") progress.done(`Materialized ${latest.rowsWritten} rows`);
	else progress.failed(`The run ended ${latest.state}`);
	return latest;
}
