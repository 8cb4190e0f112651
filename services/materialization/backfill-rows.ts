/** The rows of a view over a range of event time, from its source, as rows of the view's own log: always in one order. */
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { offlineViewOf } from "../../core/offline/offline-view.ts";
import { viewColumnsOf } from "../../core/offline/view-columns.ts";
import type { OfflineEngine, OfflineView, Relation } from "../../core/ports/offline-engine.ts";
import type { LogDefinition, LogRow } from "../../core/ports/offline-log.ts";
import type { BatchViewVersion } from "../../core/registry/snapshot.ts";
import { type ValueConverter, valueConverter } from "../../core/values/convert-value.ts";
import { type Column, formatValueType } from "../../core/values/type.ts";
import type { ColumnBatch, Micros, Value } from "../../core/values/value.ts";

export interface BackfillRow extends LogRow {
	/** When it may be known; null: at once. */
	readonly availableAt: Micros | null;
}

const microsPerSecond = 1_000_000n;

/** Batches of `rowsPerBatch` rows, the same ones however often they are read of unchanged data. */
export async function* backfillRows(
	engine: OfflineEngine,
	version: BatchViewVersion,
	log: LogDefinition,
	range: { readonly start: Micros; readonly end: Micros },
	rowsPerBatch: number,
	signal: AbortSignal,
): AsyncGenerator<readonly BackfillRow[]> {
	const view = offlineViewOf(version);
	const present = await engine.describe(view.relation);
	viewColumnsOf(view, new Set(present.map(({ name }) => name)));
	const ordered = orderedRange(view, version.source.definition.name, present, range);
	const { columns, batches } = engine.scan(ordered, signal);
	const take = rowReader(view, log, await columns, range);
	let rows: BackfillRow[] = [];
	for await (const batch of batches) {
		for (let at = 0; at < batch.rowCount; at++) {
			const row = take(batch, at);
			if (row === null) continue;
			if (rows.push(row) < rowsPerBatch) continue;
			yield rows;
			rows = [];
		}
	}
	if (rows.length > 0) yield rows;
}

/** One more step of SQL, which both engines understand: a range somewhat too wide, in the order of all columns that count. */
function orderedRange(
	view: OfflineView,
	source: string,
	present: readonly Column[],
	{ start, end }: { readonly start: Micros; readonly end: Micros },
): Relation {
	const available = view.availableTime?.kind === "column" ? view.availableTime.column : null;
	const wanted = new Set<string | null>([
		...view.joinKeys.map(({ name }) => name),
		view.eventTime,
		view.createdTime,
		available,
		...view.features.map(({ name }) => name),
	]);
	const columns = [...wanted].flatMap((name) => present.find((column) => column.name === name) ?? []);
	const order = columns.map(({ name, type }) =>
		type.scalar === "JSON" ? `CAST(${quoted(name)} AS VARCHAR)` : quoted(name),
	);
	const seconds = (micros: Micros, more: bigint): string => String(micros / microsPerSecond + more);
	const sql =
		`SELECT * FROM source WHERE extract(epoch FROM ${quoted(view.eventTime)}) ` +
		`BETWEEN ${seconds(start, -1n)} AND ${seconds(end, 1n)} ORDER BY ${order.join(", ")}`;
	return { ...view.relation, steps: [...view.relation.steps, { name: source, sql }] };
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Rows without an event time or a key are none, as for every reader of the view; so are rows that never become known. */
function rowReader(
	view: OfflineView,
	log: LogDefinition,
	columns: readonly Column[],
	{ start, end }: { readonly start: Micros; readonly end: Micros },
): (batch: ColumnBatch, row: number) => BackfillRow | null {
	const places = log.columns.map((column) => placeOf(view, columns, column));
	const at = (name: string): number => log.columns.findIndex((column) => column.name === name);
	const eventAt = at(view.eventTime);
	const keysAt = view.joinKeys.map(({ name }) => at(name));
	const available = view.availableTime;
	const availableAt = available?.kind === "column" ? at(available.column) : -1;
	return (batch, row) => {
		const values = places.map((place) => place(batch, row));
		const event = values[eventAt] as Micros | null;
		if (event === null || event < start || event > end || keysAt.some((key) => values[key] === null)) return null;
		if (available === null) return { values, deleted: false, availableAt: event };
		if (available.kind === "delay") {
			return { values, deleted: false, availableAt: event + BigInt(available.seconds) * microsPerSecond };
		}
		const known = values[availableAt] as Micros | null;
		return known === null ? null : { values, deleted: false, availableAt: known > event ? known : event };
	};
}

function placeOf(
	view: OfflineView,
	columns: readonly Column[],
	{ name, type }: Column,
): (batch: ColumnBatch, row: number) => Value {
	const index = columns.findIndex((column) => column.name === name);
	const column = columns[index];
	// A transformation may have left the created time out.
	if (column === undefined) return () => null;
	const convert: ValueConverter | null = valueConverter(column.type, type);
	const refused = (): FeaturegraphError =>
		new FeaturegraphError(
			"INVALID_VALUE",
			`The column "${name}" of the view "${view.name}" holds ${formatValueType(column.type)} that is no ${formatValueType(type)}.`,
			{ name, hint: "Cast it in the transformation, or declare the type that it has." },
		);
	if (convert === null) throw refused();
	return (batch, row) => {
		const value = convert(batch.columns[index]?.[row] ?? null);
		if (value === undefined) throw refused();
		return value;
	};
}
