/** Small tables as Arrow IPC streams, in memory: bodies of requests, which may be anything, and of answers. */
import { DataType, type RecordBatch, RecordBatchReader } from "apache-arrow";
import { LRUCache } from "lru-cache";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { ArrowStreams, ReceivedColumn, ReceivedRows } from "../../../core/ports/arrow-streams.ts";
import type { Column } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { dataOf, fieldOf } from "./arrow-data.ts";
import { type ArrowColumn, arrowColumnOf } from "./arrow-values.ts";
import { type StreamTemplate, streamTemplate } from "./stream-template.ts";
import { verifyArrowStream } from "./verify-stream.ts";
import { isWhole } from "./whole-column.ts";
import { writeStream } from "./write-stream.ts";

export const arrowStreams: ArrowStreams = {
	read(bytes, mostRows) {
		try {
			const { rowCount } = verifyArrowStream(bytes);
			if (rowCount > mostRows) throw tooMany(rowCount, mostRows);
			return received(bytes);
		} catch (error) {
			throw error instanceof FeaturegraphError ? error : unreadable(error);
		}
	},

	write: (columns, rowCount, metadata) =>
		writeStream(
			templateOf(columns, metadata),
			columns.map(({ values, type }) => dataOf(values, type)),
			rowCount,
		),
};

/** Of the schemas that are sent again and again. */
const templates = new LRUCache<string, StreamTemplate>({ max: 200 });
/** Row errors are in the metadata: what tells of many is not sent twice. */
const longestKept = 20_000;

function templateOf(columns: readonly Column[], metadata: Readonly<Record<string, string>>): StreamTemplate {
	const names = columns.map(({ name, type }) => `${name} ${type.scalar} ${type.isArray}`);
	const key = JSON.stringify([names, metadata]);
	const known = templates.get(key);
	if (known !== undefined) return known;
	const template = streamTemplate(columns.map(fieldOf), metadata);
	if (key.length <= longestKept) templates.set(key, template);
	return template;
}

function received(bytes: Uint8Array): ReceivedRows {
	const reader = RecordBatchReader.from(bytes).open();
	const { fields } = reader.schema;
	const batches = [...reader].filter(({ numRows }) => numRows > 0);
	const columns = new Map<string, ReceivedColumn>();
	const leftOut = new Map<string, string | null>();
	for (const [index, field] of fields.entries()) {
		const found = arrowColumnOf(field, index);
		if (found === null) {
			leftOut.set(field.name, DataType.isNull(field.type) ? null : String(field.type).slice(0, longestTypeTold));
			continue;
		}
		const { column, read } = found;
		const values = (): readonly Value[] => {
			try {
				return batches.flatMap((batch) => valuesOf(batch, index, read));
			} catch (error) {
				throw unreadable(error);
			}
		};
		columns.set(column.name, { type: column.type, values });
	}
	const rowCount = batches.reduce((sum, { numRows }) => sum + numRows, 0);
	return { rowCount, byteCount: bytes.length, columns, leftOut };
}

const longestTypeTold = 100;

function valuesOf({ data, numRows }: RecordBatch, index: number, read: ArrowColumn["read"]): Value[] {
	const column = data.children[index];
	if (column === undefined || !isWhole(column, numRows)) throw new Error("a column is cut off");
	const valueAt = read(column);
	const values = new Array<Value>(numRows).fill(null);
	for (let row = 0; row < numRows; row++) values[row] = valueAt(row);
	return values;
}

const tooMany = (rowCount: number, most: number): FeaturegraphError =>
	new FeaturegraphError("LIMIT_EXCEEDED", `${rowCount} rows in one request; at most ${most} are taken.`, {
		name: "rows",
		hint: "Read them in parts, or draw a training set.",
	});

const unreadable = (error: unknown): FeaturegraphError =>
	new FeaturegraphError(
		"BAD_USER_INPUT",
		`The body cannot be read as an Arrow stream: ${(error instanceof Error ? error.message : String(error)).slice(0, 200)}`,
		{ hint: "Send an Arrow IPC stream of plain columns, uncompressed." },
		{ cause: error },
	);
