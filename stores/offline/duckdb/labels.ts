/** Labels into an engine's session: row id, keys in the types that the view declares, and time. */

import { labelKey } from "../../../core/offline/duckdb/point-in-time.ts";
import type { LabelFrame, PointInTimeRequest } from "../../../core/ports/offline-engine.ts";
import { type Column, scalar } from "../../../core/values/type.ts";
import { labelRows } from "../label-rows.ts";
import type { DuckdbSession } from "./session.ts";

/** Makes the table `labels`: `id`, the keys of each look-up (`l0k0…`), `ts`. */
export async function loadLabels(
	session: DuckdbSession,
	labels: LabelFrame,
	request: PointInTimeRequest,
): Promise<void> {
	const columns: readonly Column[] = [
		{ name: "id", type: scalar("INT64") },
		...request.lookups.flatMap((_, l) => request.view.joinKeys.map(({ type }, k) => ({ name: labelKey(l, k), type }))),
		{ name: "ts", type: scalar("TIMESTAMP") },
	];
	await session.createTable("labels", columns);
	await session.append("labels", columns, labelRows(labels, request));
}
