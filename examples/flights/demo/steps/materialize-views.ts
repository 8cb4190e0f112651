import type { Connection } from "../../../../cli/client/connection.ts";
import { request } from "../../../../cli/client/graphql.ts";
import {
	RequestFailed,
	refuseUserErrors,
	type ServerError,
	userErrorFields,
} from "../../../../cli/client/request-failed.ts";
import { subscribe } from "../../../../cli/client/subscription.ts";
import { startProgress } from "../../../../cli/output/progress.ts";

export interface MaterializationRun {
	readonly id: string;
	readonly state: string;
	readonly progress: number;
	readonly rowsRead: string;
	readonly rowsWritten: string;
	readonly failure: ServerError | null;
}

const fields = "id state progress rowsRead rowsWritten failure { code message name nearest hint }";

/** Brings what became known since the last time into the online store, and follows the run to its end. */
export async function materializeViews(connection: Connection, views: readonly string[]): Promise<MaterializationRun> {
	const { materialize } = await request<{ materialize: { run: MaterializationRun; userErrors: ServerError[] } }>(
		connection,
		`mutation Materialize($input: MaterializeInput!) { materialize(input: $input) { run { ${fields} } ${userErrorFields} } }`,
		{ input: { project: connection.project, views, incremental: true } },
	);
	refuseUserErrors(materialize.userErrors);
	const progress = startProgress(`Materializing ${views.join(", ")}`);
	let latest = materialize.run;
	const events = subscribe<{ materializationProgress: MaterializationRun }>(
		connection,
		`subscription Progress($id: ID!) { materializationProgress(id: $id) { ${fields} } }`,
		{ id: latest.id },
	);
	for await (const { materializationProgress } of events) {
		latest = materializationProgress;
		progress.update(latest.progress, `${latest.rowsWritten} rows`);
	}
	if (latest.state !== "SUCCEEDED") {
		progress.failed(`The materialization ended ${latest.state}`);
		throw new RequestFailed([
			latest.failure ?? { code: latest.state, message: `The materialization ended ${latest.state}.` },
		]);
	}
	progress.done(`Materialized ${views.join(", ")}`);
	return latest;
}
