import type { CacheReport } from "../../../core/online/cache-use.ts";
import type { SentColumn } from "../../../core/ports/arrow-streams.ts";
import { scalar } from "../../../core/values/type.ts";
import { isStale, type OperationUse } from "../read/packed-reader.ts";
import type { OnlineRead } from "../read/read-latest.ts";
import { publicRowError } from "./json-answer.ts";
import type { Included } from "./question.ts";

const statusType = scalar("STRING");
const timeType = scalar("TIMESTAMP");

/**
 * The columns of an Arrow answer. Behind a feature stand `feature.status` and `feature.event_time` where they are asked
 * for: no feature has a dot in its name.
 */
export function arrowColumns({ selection, rows, features }: OnlineRead, include: Included): SentColumn[] {
	const columns: SentColumn[] = [];
	if (include.keys) {
		for (const { name, type } of [...selection.joinKeys, ...selection.request]) {
			columns.push({ name, type, values: rows.column(name) });
		}
	}
	for (const [index, column] of features.entries()) {
		const feature = selection.features[index];
		if (feature === undefined) continue;
		const { name, type } = feature;
		columns.push({ name, type, values: column.values });
		// Statuses and times are made when they are read.
		if (include.statuses) columns.push({ name: `${name}.status`, type: statusType, values: column.statuses });
		if (!include.eventTimes) continue;
		const { eventTimes } = column;
		if (eventTimes !== null) columns.push({ name: `${name}.event_time`, type: timeType, values: eventTimes });
	}
	return columns;
}

/** What JSON has beside its columns. */
export function arrowMetadata(
	{ selection, rowErrors }: OnlineRead,
	use: OperationUse,
	cache: CacheReport | null,
): Readonly<Record<string, string>> {
	const stale = selection.features.filter(({ viewVersion }) => isStale(use, viewVersion)).map(({ name }) => name);
	return {
		registryVersion: String(selection.snapshot.registryVersion),
		rowErrors: JSON.stringify(rowErrors.map(publicRowError)),
		...(stale.length === 0 ? {} : { stale: JSON.stringify(stale) }),
		...(cache === null ? {} : { cache: JSON.stringify(cache) }),
	};
}
