import type { Connection } from "../../../../cli/client/connection.ts";
import { RequestFailed } from "../../../../cli/client/request-failed.ts";
import { drawTrainingSet, type TrainingSet } from "../../../../cli/operations/training-sets.ts";

/** Draws the features of `delay_model` for every label flight; the same flights file gives the same training set. */
export async function drawDepartures(connection: Connection, lastDeparture: string): Promise<TrainingSet> {
	const drawn = await drawTrainingSet(connection, {
		name: "departures of two weeks",
		select: { featureService: "delay_model" },
		labels: { source: "departures" },
		fullFeatureNames: true,
		idempotencyKey: `flights until ${lastDeparture}`,
	});
	if (drawn.state === "SUCCEEDED") return drawn;
	throw new RequestFailed([drawn.failure ?? { code: drawn.state, message: `The training set ended ${drawn.state}.` }]);
}
