/** Which readings of views one pass over the rows can answer: the same rows, by the same keys. */
import type { JoinRead } from "../ports/feature-join.ts";
import type { OfflineView } from "../ports/offline-engine.ts";
import { type Column, sameType } from "../values/type.ts";

export interface GroupedRead {
	/** Index among the reads of the request. */
	readonly read: number;
	/** Index into `views`, and into `lookups`. */
	readonly view: number;
	readonly lookup: number;
}

export interface ScanGroup {
	/** As if one view had all their features: what the rows are read by. Its name is theirs. */
	readonly merged: OfflineView;
	readonly views: readonly OfflineView[];
	/** For each look-up, the label column of each join key. */
	readonly lookups: readonly (readonly string[])[];
	readonly reads: readonly GroupedRead[];
	/** For each view, the features that any of its reads wants, as positions among those of `merged`. */
	readonly wanted: readonly (readonly number[])[];
	/** The longest ttl; null where one of them has none. */
	readonly ttlMicros: bigint | null;
}

/** Groups the reads; the order of the first ones is kept. A view with a log of its own shares with none but itself. */
export function groupReads(reads: readonly JoinRead[]): readonly ScanGroup[] {
	const drafts: Draft[] = [];
	for (const [index, read] of reads.entries()) {
		const key = keyOf(read.view);
		let draft = drafts.find((candidate) => candidate.key === key && fits(candidate.features, read.view.features));
		if (draft === undefined) {
			draft = { key, views: [], features: [], lookups: [], reads: [], wanted: [] };
			drafts.push(draft);
		}
		add(draft, read, index);
	}
	return drafts.map(({ views, features, lookups, reads: grouped, wanted }) => {
		const names = views.map(({ name }) => name);
		return {
			merged: { ...(views[0] as OfflineView), name: names.join('", "'), features },
			views,
			lookups,
			reads: grouped,
			wanted: wanted.map((positions) => [...positions].sort((a, b) => a - b)),
			ttlMicros: views.reduce<bigint | null>(
				(most, { ttlMicros: ttl }) => (most === null || ttl === null ? null : ttl > most ? ttl : most),
				0n,
			),
		};
	});
}

interface Draft {
	readonly key: string;
	readonly views: OfflineView[];
	readonly features: Column[];
	readonly lookups: string[][];
	readonly reads: GroupedRead[];
	readonly wanted: Set<number>[];
}

function add(draft: Draft, { view, keyColumns, features }: JoinRead, read: number): void {
	let at = draft.views.findIndex(
		(known) => known === view || JSON.stringify(shapeOf(known)) === JSON.stringify(shapeOf(view)),
	);
	if (at === -1) {
		at = draft.views.push(view) - 1;
		draft.wanted.push(new Set());
		for (const feature of view.features) {
			if (!draft.features.some(({ name }) => name === feature.name)) draft.features.push(feature);
		}
	}
	for (const name of features) draft.wanted[at]?.add(positionOf(draft.features, view, name));
	const columns = [...keyColumns];
	let lookup = draft.lookups.findIndex((known) => known.join("\0") === columns.join("\0"));
	if (lookup === -1) lookup = draft.lookups.push(columns) - 1;
	draft.reads.push({ read, view: at, lookup });
}

/** Where a feature stands among those of a scan. */
export function positionOf(features: readonly Column[], view: OfflineView, name: string): number {
	const position = features.findIndex((feature) => feature.name === name);
	if (position === -1) throw new Error(`The view "${view.name}" has no feature "${name}".`);
	return position;
}

const fits = (known: readonly Column[], more: readonly Column[]): boolean =>
	more.every(({ name, type }) => known.every((column) => column.name !== name || sameType(column.type, type)));

const shapeOf = (view: OfflineView): unknown => [view.name, view.features, view.ttlMicros?.toString() ?? null];

const keyOf = ({ relation, joinKeys, eventTime, createdTime, availableTime, tieBreak, log }: OfflineView): string =>
	JSON.stringify([relation, joinKeys, eventTime, createdTime, availableTime, tieBreak, log]);
