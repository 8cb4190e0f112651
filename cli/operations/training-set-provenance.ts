import type { Connection } from "../client/connection.ts";
import { request } from "../client/graphql.ts";
import { RequestFailed } from "../client/request-failed.ts";
import type { LeakageFinding, TrainingSetSplit } from "./training-sets.ts";

interface SourceState {
	readonly name: string;
	readonly kind: string;
	readonly fingerprint: string | null;
}

export interface TrainingSetProvenance {
	readonly id: string;
	readonly name: string | null;
	readonly state: string;
	readonly rowCount: string | null;
	readonly contentHash: string | null;
	readonly leakage: readonly LeakageFinding[] | null;
	readonly splits: readonly TrainingSetSplit[] | null;
	readonly provenance: {
		readonly registryVersion: number;
		readonly featureService: string | null;
		readonly labelHash: string;
		readonly labelSource: SourceState | null;
		readonly views: readonly {
			readonly name: string;
			readonly version: number;
			readonly hash: string;
			readonly engine: string | null;
			readonly source: SourceState | null;
		}[];
		readonly sampledRows: number | null;
		readonly columns: readonly {
			readonly name: string;
			readonly role: string;
			readonly type: string;
			readonly isArray: boolean;
			readonly nullCount: string;
			readonly min: unknown;
			readonly max: unknown;
			readonly mean: number | null;
			readonly distinctCount: number | null;
			readonly topValues: readonly { readonly value: unknown; readonly count: number }[];
		}[];
	} | null;
}

/** What a training set was made from, and what it holds. */
export async function provenanceOf(connection: Connection, id: string): Promise<TrainingSetProvenance> {
	const { trainingSet } = await request<{ trainingSet: TrainingSetProvenance | null }>(
		connection,
		`query Provenance($id: ID!) {
			trainingSet(id: $id) {
				id name state rowCount contentHash
				leakage { column share reason labelColumn correlation }
				splits { name rowCount byteCount url }
				provenance {
					registryVersion featureService labelHash sampledRows splits
					labelSource { name kind fingerprint }
					logPositions { log position }
					views { name version hash engine source { name kind fingerprint } }
					scans { views engine strategy reason sql }
					columns {
						name role type isArray nullCount hash min max mean distinctCount topValues { value count }
					}
				}
			}
		}`,
		{ id },
	);
	if (trainingSet !== null) return trainingSet;
	throw new RequestFailed([{ code: "NOT_FOUND", message: `There is no training set "${id}".`, name: id }]);
}
