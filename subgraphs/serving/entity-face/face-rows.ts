/** Rows of a view as GraphQL's types have them: the features that were asked for are properties, under their fields' names. */
import type { FeatureStatus } from "../../../core/reads/frame.ts";
import type { ViewVersion } from "../../../core/registry/snapshot.ts";
import { featureValueEncoder } from "../../../core/values/feature-value-out.ts";
import type { ValueType } from "../../../core/values/type.ts";
import type { Micros, Value } from "../../../core/values/value.ts";
import type { FeatureRows } from "../../../services/serving/read/feature-rows.ts";
import { isStale, type OperationUse } from "../../../services/serving/read/packed-reader.ts";
import type { FaceField } from "./face-view.ts";

export interface RowMeta {
	readonly status: FeatureStatus;
	readonly eventTime: Micros | null;
	readonly viewVersionId: number;
	readonly stale: boolean;
}

// No field has such a name.
const index = Symbol("index");
const metas = Symbol("metas");

/** No resolver is called for a feature: whoever completes a row reads a property. */
export class RowNode {
	[field: string]: unknown;
	readonly [index]: number;
	readonly [metas]: (row: number) => RowMeta;

	constructor(row: number, metaOfRow: (row: number) => RowMeta) {
		this[index] = row;
		this[metas] = metaOfRow;
	}
}

export const metaOf = (row: RowNode): RowMeta => row[metas](row[index]);

/** The latest rows, with these fields of theirs. */
export function rowNodes(
	fields: readonly FaceField[],
	found: FeatureRows,
	view: ViewVersion,
	use: OperationUse,
): readonly RowNode[] {
	const { statuses, columns } = found;
	const stale = isStale(use, view);
	const metaOfRow = (row: number): RowMeta => ({
		status: statuses[row] ?? "NOT_FOUND",
		eventTime: found.eventTimes?.[row] ?? null,
		viewVersionId: view.id,
		stale,
	});
	const nodes = statuses.map((_, row) => new RowNode(row, metaOfRow));
	for (const [at, { fieldName, column }] of fields.entries()) {
		const values = columns[at] ?? [];
		const encode = encoderOf(column.type);
		for (const [row, node] of nodes.entries()) node[fieldName] = encode(values[row] ?? null);
	}
	return nodes;
}

/** One row as it was: its values come encoded. */
export function pastRowNode(fields: readonly FaceField[], values: readonly unknown[], meta: RowMeta): RowNode {
	const node = new RowNode(0, () => meta);
	for (const [at, { fieldName, column }] of fields.entries()) {
		const value = values[at] ?? null;
		node[fieldName] = isFloat(column.type) ? numbersOnly(value) : value;
	}
	return node;
}

function encoderOf(type: ValueType): (value: Value) => unknown {
	if (!isFloat(type)) return featureValueEncoder(type);
	if (type.isArray) return numbersOnly;
	return (value) => (Number.isFinite(value) ? value : null);
}

const isFloat = ({ scalar }: ValueType): boolean => scalar === "FLOAT32" || scalar === "FLOAT64";

/** GraphQL's Float has no NaN and no infinities: they are null here, and words in the generic read. */
function numbersOnly(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(numbersOnly);
	return Number.isFinite(value) ? value : null;
}
