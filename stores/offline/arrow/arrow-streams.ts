/** Small tables as Arrow IPC streams, in memory: bodies of requests, which may be anything, and of answers. */
import { DataType, type Field } from "apache-arrow";
import { LRUCache } from "lru-cache";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { ArrowStreams, ReceivedColumn, ReceivedRows } from "../../../core/ports/arrow-streams.ts";
import type { Column } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { dataOf, fieldOf } from "./arrow-data.ts";
import { type ArrowColumn, arrowColumnOf } from "./arrow-values.ts";
import { type ArrowStream, readArrowStream, type StreamBatch } from "./read-stream.ts";
import { type StreamTemplate, streamTemplate } from "./stream-template.ts";
import { isWhole } from "./whole-column.ts";
import { writeStream } from "./write-stream.ts";

export const arrowStreams: ArrowStreams = {
	read(bytes, mostRows) {
		try {
			let rowCount = 0;
			const stream = readArrowStream(bytes, (more) => {
				rowCount += more;
				if (rowCount > mostRows) throw tooMany(rowCount, mostRows);
			});
			return received(stream, rowCount, bytes.length);
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

/** Columns of a schema, and the types of those that we have no type for. */
interface KnownFields {
	readonly columns: readonly ArrowColumn[];
	readonly leftOut: ReadonlyMap<string, string | null>;
}

const knownFields = new WeakMap<readonly Field[], KnownFields>();

function columnsOf(fields: readonly Field[]): KnownFields {
	let known = knownFields.get(fields);
	if (known === undefined) {
		const columns: ArrowColumn[] = [];
		const leftOut = new Map<string, string | null>();
		for (const [index, field] of fields.entries()) {
			const found = arrowColumnOf(field, index);
			if (found !== null) columns.push(found);
			else leftOut.set(field.name, DataType.isNull(field.type) ? null : String(field.type).slice(0, longestTypeTold));
		}
		known = { columns, leftOut };
		knownFields.set(fields, known);
	}
	return known;
}

function received({ fields, batches }: ArrowStream, rowCount: number, byteCount: number): ReceivedRows {
	const { columns: known, leftOut } = columnsOf(fields);
	const columns = new Map<string, ReceivedColumn>();
	for (const { column, index, read } of known) {
		const values = (): readonly Value[] => {
			try {
				const [only] = batches;
				if (batches.length === 1 && only !== undefined) return valuesOf(only, index, read);
				return batches.flatMap((batch) => valuesOf(batch, index, read));
			} catch (error) {
				throw unreadable(error, column.name);
			}
		};
		columns.set(column.name, { type: column.type, values });
	}
	return { rowCount, byteCount, columns, leftOut };
}

const longestTypeTold = 100;

function valuesOf({ columns, rowCount }: StreamBatch, index: number, read: ArrowColumn["read"]): Value[] {
	const column = columns[index];
	if (column === undefined || !isWhole(column, rowCount)) throw new Error("a column is cut off");
	const valueAt = read(column);
	const values = new Array<Value>(rowCount).fill(null);
	for (let row = 0; row < rowCount; row++) values[row] = valueAt(row);
	return values;
}

const tooMany = (rowCount: number, most: number): FeaturegraphError =>
	new FeaturegraphError("LIMIT_EXCEEDED", `${rowCount} rows in one request; at most ${most} are taken.`, {
		name: "rows",
		hint: "Send them in parts.",
	});

const longestNameTold = 200;

/** Of a column, where it is one that cannot be read. */
function unreadable(error: unknown, column?: string): FeaturegraphError {
	const reason = (error instanceof Error ? error.message : String(error)).slice(0, 200);
	const name = column?.slice(0, longestNameTold);
	return new FeaturegraphError(
		"BAD_USER_INPUT",
		name === undefined
			? `The body cannot be read as an Arrow stream: ${reason}`
			: `The column "${name}" of the Arrow stream cannot be read: ${reason}`,
		{
			...(name === undefined ? {} : { name }),
			hint: "Send an Arrow IPC stream of plain columns, uncompressed.",
		},
		{ cause: error },
	);
}
