import type { Connection } from "../../../../cli/client/connection.ts";
import { RequestFailed } from "../../../../cli/client/request-failed.ts";
import {
	followMaterialization,
	type MaterializationRun,
	requestMaterialization,
} from "../../../../cli/operations/materializations.ts";

/** Brings what became known since the last time into the online store, and follows the run to its end. */
export async function refreshViews(connection: Connection, views: readonly string[]): Promise<MaterializationRun> {
	const queued = await requestMaterialization(connection, { views, incremental: true });
	const run = await followMaterialization(connection, queued);
	if (run.state === "SUCCEEDED") return run;
	throw new RequestFailed([run.failure ?? { code: run.state, message: `The materialization ended ${run.state}.` }]);
}
