/** What is recorded of a training set's making, so that a later draw can say what changed. */
import { createHash } from "node:crypto";
import { offlineViewOf, sourceRelationOf } from "../../../core/offline/offline-view.ts";
import type { ScanPlan } from "../../../core/ports/feature-join.ts";
import type { OfflineEngine } from "../../../core/ports/offline-engine.ts";
import type { DataProvenance, TrainingSetProvenance } from "../../../core/ports/training-store.ts";
import type { ResolvedSelection } from "../../../core/reads/model.ts";
import type { RegistrySnapshot, SourceVersion, ViewVersion } from "../../../core/registry/snapshot.ts";
import type { ContentHash } from "../../../core/training/content-hash.ts";
import type { LabelField } from "../../../core/training/label-layout.ts";
import { type Column, formatValueType } from "../../../core/values/type.ts";
import { engineFor, labelSourceVersion } from "../labels/label-source.ts";
import type { TrainingRequest } from "../training-request.ts";

/** The state of the data, taken before any of it is read. */
export interface DataBefore {
	readonly ofView: ReadonlyMap<number, DataProvenance>;
	readonly ofLabels: DataProvenance | null;
}

export async function dataBefore(
	engines: readonly OfflineEngine[],
	selection: ResolvedSelection,
	{ labels }: TrainingRequest,
): Promise<DataBefore> {
	const fingerprints = new Map<string, Promise<string | null>>();
	const dataOf = async (source: SourceVersion): Promise<DataProvenance> => {
		let root = source;
		while (root.base !== null) root = root.base;
		const { name, origin } = root.definition;
		// What counts of a log is told by its position.
		if (origin.kind === "push") return { source: name, kind: "log", fingerprint: null };
		const relation = { ...sourceRelationOf(root), steps: [] };
		const key = JSON.stringify(origin);
		const fingerprint = fingerprints.get(key) ?? engineFor(engines, relation, name).fingerprint(relation);
		fingerprints.set(key, fingerprint);
		return { source: name, kind: origin.kind === "postgres" ? "table" : "file", fingerprint: await fingerprint };
	};
	const ofView = new Map<number, DataProvenance>();
	for (const { view } of selection.batch) ofView.set(view.id, await dataOf(view.source));
	const labelSource = labelSourceVersion(selection.snapshot, labels);
	return { ofView, ofLabels: labelSource === null ? null : await dataOf(labelSource) };
}

export function provenanceOf(
	engines: readonly OfflineEngine[],
	selection: ResolvedSelection,
	request: TrainingRequest,
	data: DataBefore,
	layout: readonly LabelField[],
	columns: readonly Column[],
	content: ContentHash,
	scans: readonly ScanPlan[],
): TrainingSetProvenance {
	const views = new Map([...selection.batch, ...selection.onDemand].map(({ view }) => [view.id, view]));
	return {
		registryVersion: request.registryVersion,
		views: [...views.values()].map((view) => ({
			id: view.id,
			name: view.definition.name,
			version: view.version,
			hash: view.hash,
			engine: engineName(engines, view, scans),
			data: data.ofView.get(view.id) ?? null,
		})),
		featureService: serviceOf(selection.snapshot, request),
		labelData: data.ofLabels,
		labelFingerprint: createHash("sha256")
			.update(
				JSON.stringify(layout.map(({ name, type }, index) => [name, formatValueType(type), content.columns[index]])),
			)
			.digest("hex"),
		columns: columns.map(({ name, type }, index) => ({
			name,
			type: formatValueType(type),
			role: layout[index]?.role ?? "FEATURE",
			hash: content.columns[index] ?? "",
			nullCount: String(content.nullCounts[index] ?? 0n),
		})),
	};
}

/** The one that drew it, which need not be the one where its rows lie. */
function engineName(engines: readonly OfflineEngine[], view: ViewVersion, scans: readonly ScanPlan[]): string | null {
	if (view.kind !== "BATCH") return null;
	const { name } = view.definition;
	const drawn = scans.find(({ views }) => views.includes(name));
	return drawn?.engine ?? engineFor(engines, offlineViewOf(view).relation, name).name;
}

function serviceOf(
	snapshot: RegistrySnapshot,
	{ serviceVersionId }: TrainingRequest,
): TrainingSetProvenance["featureService"] {
	const all = [...snapshot.services.values()].flatMap((versions) => versions.all);
	const service = all.find(({ id }) => id === serviceVersionId);
	return service === undefined ? null : { id: service.id, name: service.definition.name, version: service.version };
}
