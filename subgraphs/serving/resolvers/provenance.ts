import type { DataProvenance, TrainingSet } from "../../../core/ports/training-store.ts";
import { parseValueType } from "../../../core/values/type.ts";
import type { SourceState, TrainingSetColumn, TrainingSetProvenance } from "../../../schema/generated/serving.ts";

/** What was recorded of a training set, as the contract has it; null until it has succeeded. */
export function provenanceOf({ result, logPositions }: TrainingSet): TrainingSetProvenance | null {
	if (result === null) return null;
	const { registryVersion, featureService, views, labelData, labelFingerprint, columns, scans, profile, splits } =
		result.provenance;
	const profiles = new Map(profile?.columns.map((column) => [column.name, column]));
	return {
		registryVersion,
		featureService: featureService === null ? null : `${featureService.name}@${featureService.version}`,
		views: views.map(({ name, version, hash, engine, data }) => ({
			name,
			version,
			hash,
			engine,
			source: sourceOf(data),
		})),
		labelHash: labelFingerprint,
		labelSource: sourceOf(labelData),
		logPositions: [...logPositions].map(([log, position]) => ({ log, position })),
		scans: scans ?? null,
		columns: columns.map(({ name, role, type, nullCount, hash }): TrainingSetColumn => {
			const { scalar, isArray } = parseValueType(type) ?? { scalar: "STRING", isArray: false };
			const { min = null, max = null, mean = null, distinctCount = null, topValues = [] } = profiles.get(name) ?? {};
			const counts = { min, max, mean, distinctCount, topValues };
			return { name, role, type: scalar, isArray, nullCount: BigInt(nullCount), hash, ...counts };
		}),
		sampledRows: profile?.sampledRows ?? null,
		splits: splits?.definition ?? null,
	};
}

const sourceOf = (data: DataProvenance | null): SourceState | null =>
	data === null ? null : { name: data.source, kind: data.kind, fingerprint: data.fingerprint };
