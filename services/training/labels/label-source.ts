import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { offlineViewOf, sourceRelationOf } from "../../../core/offline/offline-view.ts";
import type { BlobStore } from "../../../core/ports/blob-store.ts";
import type {
	FrameFiles,
	FrameSource,
	LogPositions,
	OfflineEngine,
	Relation,
} from "../../../core/ports/offline-engine.ts";
import type { BatchViewVersion, RegistrySnapshot, SourceVersion } from "../../../core/registry/snapshot.ts";
import { decodeFeatureValue } from "../../../core/values/feature-value-in.ts";
import { type Column, scalar } from "../../../core/values/type.ts";
import type { ColumnBatch, Micros, Value } from "../../../core/values/value.ts";
import { plainBatch } from "../../../core/values/vector.ts";
import type { FrozenLabels } from "../training-request.ts";
import { uploadKey } from "../uploads/upload-paths.ts";

export interface LabelRows {
	readonly columns: readonly Column[];
	readonly batches: AsyncIterable<ColumnBatch> | Iterable<ColumnBatch>;
	/** Where the same rows lie, in the same order, for whoever can take them as they are; null: nowhere else. */
	readonly source: FrameSource | null;
}

export interface LabelSourceDeps {
	readonly engines: readonly OfflineEngine[];
	readonly frames: FrameFiles;
	readonly blobs: BlobStore;
}

export interface LabelContext {
	readonly timestampColumn: string;
	readonly drawnAt: Micros;
	/** Where the logs stood when the training set was asked for. */
	readonly positions: LogPositions;
	readonly signal: AbortSignal;
}

/** Opens the label rows of a request, wherever they are. Streams: nothing is held. */
export async function openLabels(
	deps: LabelSourceDeps,
	snapshot: RegistrySnapshot,
	labels: FrozenLabels,
	context: LabelContext,
): Promise<LabelRows> {
	switch (labels.kind) {
		case "source":
			return scan(deps, sourceRelationOf(sourceVersion(snapshot, labels.sourceVersionId)), context);
		case "sql": {
			const source = sourceVersion(snapshot, labels.sourceVersionId);
			const relation = sourceRelationOf(source);
			const step = { name: source.definition.name, sql: labels.query, owner: "the labels" };
			return scan(deps, { ...relation, steps: [...relation.steps, step] }, context);
		}
		case "upload":
			return uploaded(deps, labels, context);
		case "rows": {
			const columns = labels.values.map((values, index) => {
				const { type } = labels.columns[index] as Column;
				return values.map((value) => decodeFeatureValue(value, type));
			});
			return { columns: labels.columns, batches: [{ rowCount: columns[0]?.length ?? 0, columns }], source: null };
		}
		case "everyEntity":
			return everyEntity(deps, snapshot, labels, context);
	}
}

/** The log that the label rows come from, where they were pushed. */
export function labelLogOf(snapshot: RegistrySnapshot, labels: FrozenLabels): string | null {
	if (labels.kind !== "source" && labels.kind !== "sql") return null;
	return sourceRelationOf(sourceVersion(snapshot, labels.sourceVersionId)).log?.id ?? null;
}

export function engineFor(engines: readonly OfflineEngine[], relation: Relation, name: string): OfflineEngine {
	const engine = engines.find((candidate) => candidate.reads(relation));
	if (engine !== undefined) return engine;
	throw new FeaturegraphError("SOURCE_FAILED", `No engine of this installation reads "${name}".`, {
		name,
		hint: "`featuregraph doctor` says which connections there are.",
	});
}

async function scan(
	{ engines }: LabelSourceDeps,
	relation: Relation,
	{ signal, positions }: LabelContext,
): Promise<LabelRows> {
	const { columns, batches } = engineFor(engines, relation, "the label source").scan(relation, signal, positions);
	return { columns: await columns, batches, source: { kind: "relation", relation, positions } };
}

async function uploaded(
	{ frames, blobs }: LabelSourceDeps,
	{ uploadId, format }: Extract<FrozenLabels, { kind: "upload" }>,
	{ signal }: LabelContext,
): Promise<LabelRows> {
	const path = await blobs.localPath(uploadKey(uploadId));
	const { columns, batches } = await frames.read(path, format, signal);
	return { columns, batches, source: { kind: "file", path, format } };
}

/** The entities of a view, once for each instant. */
function everyEntity(
	{ engines }: LabelSourceDeps,
	snapshot: RegistrySnapshot,
	{ viewVersionId, at }: Extract<FrozenLabels, { kind: "everyEntity" }>,
	{ timestampColumn, drawnAt, signal }: LabelContext,
): LabelRows {
	const version = entityView(snapshot, viewVersionId);
	const view = offlineViewOf(version);
	const engine = engineFor(engines, view.relation, view.name);
	const keyCount = version.joinKeys.length;
	async function* rows(): AsyncGenerator<ColumnBatch> {
		const columns = await engine.latestColumns(view);
		const deletedAt = columns.findIndex(({ name }) => name === "__deleted");
		for (const instant of at) {
			const request = { view, from: null, to: drawnAt, eventRange: null, afterKey: null, signal };
			for await (const vectors of engine.latest(request)) {
				const batch = plainBatch(vectors);
				const alive = indexesOf(batch.rowCount, (row) => batch.columns[deletedAt]?.[row] !== true);
				const keys = batch.columns.slice(0, keyCount).map((column) => alive.map((row) => column[row] ?? null));
				const instants: Value[] = alive.map(() => BigInt(instant));
				if (alive.length > 0) yield { rowCount: alive.length, columns: [...keys, instants] };
			}
		}
	}
	return {
		columns: [...version.joinKeys, { name: timestampColumn, type: scalar("TIMESTAMP") }],
		batches: rows(),
		source: null,
	};
}

function indexesOf(count: number, accept: (row: number) => boolean): number[] {
	const indexes: number[] = [];
	for (let row = 0; row < count; row++) if (accept(row)) indexes.push(row);
	return indexes;
}

/** The source behind the label rows; null where they belong to the request itself. */
export function labelSourceVersion(snapshot: RegistrySnapshot, labels: FrozenLabels): SourceVersion | null {
	switch (labels.kind) {
		case "source":
		case "sql":
			return sourceVersion(snapshot, labels.sourceVersionId);
		case "everyEntity":
			return entityView(snapshot, labels.viewVersionId).source;
		default:
			return null;
	}
}

function entityView(snapshot: RegistrySnapshot, id: number): BatchViewVersion {
	const version = [...snapshot.views.values()].flatMap(({ all }) => all).find((view) => view.id === id);
	if (version?.kind !== "BATCH") throw gone("view");
	return version;
}

function sourceVersion(snapshot: RegistrySnapshot, id: number): SourceVersion {
	const found = [...snapshot.sources.values()].flatMap(({ all }) => all).find((source) => source.id === id);
	if (found === undefined) throw gone("source");
	return found;
}

const gone = (what: string): FeaturegraphError =>
	new FeaturegraphError("NOT_FOUND", `The ${what} of the labels is no longer kept.`, {
		hint: "Ask for the training set anew.",
	});
