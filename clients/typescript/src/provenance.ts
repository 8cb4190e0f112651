import { ask, type GatewayAddress } from "./gateway.ts";

/** What a training set was made from and what it holds, as the server recorded it. */
export interface Provenance {
	readonly registryVersion: number;
	/** `name@version` */
	readonly featureService: string | null;
	readonly labelHash: string;
	readonly labelSource: SourceState | null;
	readonly logPositions: readonly { readonly log: string; readonly position: bigint }[];
	/** Every version that was read, on-demand ones too. */
	readonly views: readonly {
		readonly name: string;
		readonly version: number;
		readonly hash: string;
		readonly engine: string | null;
		readonly source: SourceState | null;
	}[];
	/** How it was drawn. */
	readonly scans:
		| readonly {
				readonly views: readonly string[];
				readonly engine: string;
				readonly strategy: string;
				readonly reason: string;
				readonly sql: readonly string[];
		  }[]
		| null;
	readonly columns: readonly ColumnProfile[];
	/** Rows that `distinctCount` and `topValues` are of. */
	readonly sampledRows: number | null;
	readonly splits: unknown;
}

export interface SourceState {
	readonly name: string;
	readonly kind: string;
	readonly fingerprint: string | null;
}

export interface ColumnProfile {
	readonly name: string;
	readonly role: string;
	readonly type: string;
	readonly isArray: boolean;
	readonly nullCount: bigint;
	/** SHA-256 of its values in order. */
	readonly hash: string;
	readonly min: unknown;
	readonly max: unknown;
	readonly mean: number | null;
	readonly distinctCount: number | null;
	readonly topValues: readonly { readonly value: unknown; readonly count: number }[];
}

interface Recorded extends Omit<Provenance, "logPositions" | "columns"> {
	readonly logPositions: readonly { readonly log: string; readonly position: string }[];
	readonly columns: readonly (Omit<ColumnProfile, "nullCount"> & { readonly nullCount: string })[];
}

const question = `query Provenance($id: ID!) {
	trainingSet(id: $id) {
		provenance {
			registryVersion featureService labelHash sampledRows splits
			labelSource { name kind fingerprint }
			logPositions { log position }
			views { name version hash engine source { name kind fingerprint } }
			scans { views engine strategy reason sql }
			columns { name role type isArray nullCount hash min max mean distinctCount topValues { value count } }
		}
	}
}`;

/** Null for who may not read values. */
export async function provenanceOf(gateway: GatewayAddress, id: string): Promise<Provenance | null> {
	const { trainingSet } = await ask<{ trainingSet: { provenance: Recorded | null } | null }>(gateway, question, { id });
	const recorded = trainingSet?.provenance;
	if (recorded == null) return null;
	return {
		...recorded,
		logPositions: recorded.logPositions.map(({ log, position }) => ({ log, position: BigInt(position) })),
		columns: recorded.columns.map((column) => ({ ...column, nullCount: BigInt(column.nullCount) })),
	};
}
