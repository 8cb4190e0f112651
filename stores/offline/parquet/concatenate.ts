/**
 * Parquet files of the same columns become one without a value being decoded: their bytes stand one behind the other, and the
 * footer lists all row groups, each where it now lies. Costs what copying costs, and memory for the footers alone.
 */
import { type FileHandle, open } from "node:fs/promises";
import { readStruct, type ThriftField, type ThriftList, type ThriftStruct, writeStruct } from "./thrift-compact.ts";

const magic = Buffer.from("PAR1");
/** Behind the footer: its length, and the magic again. */
const tailBytes = 8;
const copiedAtOnce = 4 * 1024 * 1024;

/** Ids of fields, as parquet.thrift has them. */
const fileFields = { schema: 2, rowCount: 3, rowGroups: 4 } as const;
const groupFields = { columns: 1, fileOffset: 5, ordinal: 7 } as const;
const chunkFields = { fileOffset: 2, metadata: 3 } as const;
/** Of a column chunk: where its page indexes lie. They hold positions in the file themselves, and go without harm. */
const pageIndexFields: readonly number[] = [4, 5, 6, 7];
/** Of a column chunk's metadata: data page, index page, dictionary page, bloom filter. */
const positionFields: readonly number[] = [9, 10, 11, 14];
const mostOrdinal = 32_767;

interface Footer {
	readonly file: ThriftStruct;
	/** Where it begins: up to there, all is data. */
	readonly begins: number;
}

export async function concatenateParquet(paths: readonly string[], path: string, signal: AbortSignal): Promise<void> {
	const output = await open(path, "wx");
	try {
		await output.write(magic);
		let end = magic.length;
		let first: ThriftStruct | null = null;
		let rowCount = 0n;
		/** Written at once: as bytes they are a tenth of what they are as trees. */
		const groups: Uint8Array[] = [];
		for (const part of paths) {
			const input = await open(part, "r");
			try {
				const { file, begins } = await footerOf(input, part);
				first ??= file;
				requireSameSchema(first, file, part);
				rowCount += integerOf(file, fileFields.rowCount);
				const by = BigInt(end - magic.length);
				for (const group of structsOf(file, fileFields.rowGroups)) {
					groups.push(writeStruct(movedGroup(group, by, groups.length)));
				}
				await copy(input, magic.length, begins, output, signal);
				end += begins - magic.length;
			} finally {
				await input.close();
			}
		}
		if (first === null) throw new Error("There is no file to concatenate.");
		const footer = writeStruct(wholeFile(first, rowCount, groups));
		const tail = Buffer.alloc(tailBytes);
		tail.writeUInt32LE(footer.length);
		magic.copy(tail, tailBytes - magic.length);
		await output.writev([footer, tail]);
	} finally {
		await output.close();
	}
}

async function footerOf(file: FileHandle, path: string): Promise<Footer> {
	const { size } = await file.stat();
	const tail = await bytesAt(file, size - tailBytes, tailBytes);
	if (size < magic.length + tailBytes || !tail.subarray(tailBytes - magic.length).equals(magic)) {
		throw new Error(`${path} is no Parquet file.`);
	}
	const length = tail.readUInt32LE();
	const begins = size - tailBytes - length;
	return { file: readStruct(await bytesAt(file, begins, length)), begins };
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
	const bytes = Buffer.alloc(length);
	for (let at = 0; at < length; ) {
		const { bytesRead } = await file.read(bytes, at, length - at, Math.max(0, position + at));
		if (bytesRead === 0) throw new Error("A Parquet file breaks off.");
		at += bytesRead;
	}
	return bytes;
}

async function copy(from: FileHandle, start: number, end: number, to: FileHandle, signal: AbortSignal): Promise<void> {
	const buffer = Buffer.allocUnsafe(copiedAtOnce);
	for (let at = start; at < end; ) {
		signal.throwIfAborted();
		const { bytesRead } = await from.read(buffer, 0, Math.min(copiedAtOnce, end - at), at);
		if (bytesRead === 0) throw new Error("A Parquet file breaks off.");
		for (let written = 0; written < bytesRead; ) {
			written += (await to.write(buffer, written, bytesRead - written)).bytesWritten;
		}
		at += bytesRead;
	}
}

function requireSameSchema(first: ThriftStruct, other: ThriftStruct, path: string): void {
	const [a, b] = [first, other].map((file) => {
		const schema = file.get(fileFields.schema);
		return writeStruct(new Map(schema === undefined ? [] : [[fileFields.schema, schema]]));
	});
	if (a === undefined || b === undefined || !a.equals(b)) throw new Error(`${path} has other columns than the first.`);
}

const wholeFile = (first: ThriftStruct, rowCount: bigint, groups: readonly Uint8Array[]): ThriftStruct =>
	withValues(first, {
		[fileFields.rowCount]: () => rowCount,
		[fileFields.rowGroups]: (list) => ({ ...(list as ThriftList), elements: groups }),
	});

/** A row group that lies `by` bytes further behind. */
function movedGroup(group: ThriftStruct, by: bigint, ordinal: number): ThriftStruct {
	// There is no ordinal beyond what its type holds: it may be left out.
	const kept = ordinal > mostOrdinal ? without(group, [groupFields.ordinal]) : group;
	return withValues(kept, {
		[groupFields.columns]: (list) => ({
			...(list as ThriftList),
			elements: (list as ThriftList).elements.map((chunk) => movedChunk(chunk as ThriftStruct, by)),
		}),
		[groupFields.fileOffset]: (position) => moved(position, by),
		[groupFields.ordinal]: () => BigInt(ordinal),
	});
}

const movedChunk = (chunk: ThriftStruct, by: bigint): ThriftStruct =>
	withValues(without(chunk, pageIndexFields), {
		[chunkFields.fileOffset]: (position) => moved(position, by),
		[chunkFields.metadata]: (metadata) =>
			withValues(
				metadata as ThriftStruct,
				Object.fromEntries(positionFields.map((id) => [id, (position) => moved(position, by)])),
			),
	});

/** Nothing of a file lies at 0: that means "nowhere". */
const moved = (position: ThriftField["value"], by: bigint): bigint =>
	position === 0n ? 0n : (position as bigint) + by;

function withValues(
	struct: ThriftStruct,
	changes: Readonly<Record<number, (value: ThriftField["value"]) => ThriftField["value"]>>,
): ThriftStruct {
	return new Map([...struct].map(([id, { type, value }]) => [id, { type, value: changes[id]?.(value) ?? value }]));
}

const without = (struct: ThriftStruct, ids: readonly number[]): ThriftStruct =>
	new Map([...struct].filter(([id]) => !ids.includes(id)));

const integerOf = (struct: ThriftStruct, id: number): bigint => (struct.get(id)?.value ?? 0n) as bigint;

const structsOf = (struct: ThriftStruct, id: number): readonly ThriftStruct[] =>
	((struct.get(id)?.value as ThriftList | undefined)?.elements ?? []) as readonly ThriftStruct[];
