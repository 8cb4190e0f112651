/**
 * A resolved selection as plain JSON that outlives the process, by the ids of the versions that it resolved to: what is
 * drawn from it is the same whatever has been applied since.
 */
import type { BatchViewVersion, OnDemandViewVersion, RegistrySnapshot, ViewVersion } from "../registry/snapshot.ts";
import type { Column, ValueType } from "../values/type.ts";
import type { ReadReference, ResolvedSelection } from "./model.ts";

export interface FrozenSelection {
	readonly joinKeys: readonly Column[];
	readonly request: readonly Column[];
	readonly features: readonly {
		readonly name: string;
		readonly type: ValueType;
		readonly viewVersionId: number;
		readonly feature: string;
		readonly read: ReadReference;
	}[];
	readonly batch: readonly {
		readonly viewVersionId: number;
		readonly keyColumns: readonly string[];
		readonly features: readonly string[];
	}[];
	readonly onDemand: readonly {
		readonly viewVersionId: number;
		readonly inputs: readonly ReadReference[];
		readonly features: readonly string[];
	}[];
}

export const freezeSelection = (selection: ResolvedSelection): FrozenSelection => ({
	joinKeys: selection.joinKeys.map(({ name, type }) => ({ name, type })),
	request: selection.request.map(({ name, type }) => ({ name, type })),
	features: selection.features.map(({ viewVersion, name, type, feature, read }) => ({
		name,
		type,
		viewVersionId: viewVersion.id,
		feature,
		read,
	})),
	batch: selection.batch.map(({ view, keyColumns, features }) => ({ viewVersionId: view.id, keyColumns, features })),
	onDemand: selection.onDemand.map(({ view, inputs, features }) => ({ viewVersionId: view.id, inputs, features })),
});

/** Null when a version that it read is no longer kept. */
export function thawSelection(frozen: FrozenSelection, snapshot: RegistrySnapshot): ResolvedSelection | null {
	const versions = new Map<number, ViewVersion>();
	for (const { all } of snapshot.views.values()) for (const version of all) versions.set(version.id, version);
	const ids = [...frozen.features, ...frozen.batch, ...frozen.onDemand].map(({ viewVersionId }) => viewVersionId);
	if (ids.some((id) => !versions.has(id))) return null;
	return {
		snapshot,
		joinKeys: frozen.joinKeys,
		request: frozen.request,
		features: frozen.features.map(({ viewVersionId, ...feature }) => ({
			...feature,
			viewVersion: versions.get(viewVersionId) as ViewVersion,
		})),
		batch: frozen.batch.map(({ viewVersionId, ...read }) => ({
			...read,
			view: versions.get(viewVersionId) as BatchViewVersion,
		})),
		onDemand: frozen.onDemand.map(({ viewVersionId, ...read }) => ({
			...read,
			view: versions.get(viewVersionId) as OnDemandViewVersion,
		})),
	};
}
