import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { Readable } from "node:stream";
import { downloadRows } from "./download.ts";
import { FeaturegraphClientError, type FeaturegraphErrorFields, refuse } from "./errors.ts";
import { ask, events, type GatewayAddress, refuseAnswer, send } from "./gateway.ts";
import { encodeRow } from "./values.ts";

/** Where label rows come from: rows, a local file, a registered source, SQL over one, every entity of a view. */
export type Labels =
	| readonly object[]
	| { readonly file: string }
	| { readonly source: string }
	| { readonly sql: { readonly source: string; readonly query: string } }
	| { readonly everyEntity: { readonly view: string; readonly at: readonly string[] } };

export type FileFormat = "PARQUET" | "ARROW" | "CSV" | "NDJSON";

interface DrawnTrainingSet {
	readonly id: string;
	readonly state: string;
	readonly progress: number;
	readonly rowCount: string | null;
	readonly byteCount: string | null;
	readonly url: string | null;
	readonly contentHash: string | null;
	readonly failure: FeaturegraphErrorFields | null;
	readonly leakage: readonly LeakageFinding[] | null;
	readonly splits: readonly { readonly name: string; readonly rowCount: string; readonly url: string }[] | null;
}

/** A feature whose values look like knowledge from the future; `share` of the rows is touched. */
export interface LeakageFinding {
	readonly column: string;
	readonly share: number;
	readonly reason: string;
	/** Of what it goes together with too well, and how well (0 to 1); null for other reasons. */
	readonly labelColumn: string | null;
	readonly correlation: number | null;
}

/** Parts by time (one cut fewer than parts; rows of one instant never part) or by a hash of entities (shares of 1). */
export type Splits =
	| {
			readonly byTime: {
				readonly parts: readonly string[];
				readonly cuts: readonly string[];
				readonly gapSeconds?: number;
			};
	  }
	| {
			readonly byEntity: {
				readonly parts: readonly { readonly name: string; readonly share: number }[];
				readonly columns?: readonly string[];
				readonly salt?: string;
			};
	  };

/** Rows that the server has made a file of. */
export interface Split {
	readonly rowCount: bigint;
	/** The file as it comes. */
	open(): Promise<ReadableStream<Uint8Array>>;
	/** Streams the file to `path`; where it breaks off, a later call goes on. */
	saveTo(path: string): Promise<void>;
}

/** Point-in-time correct rows, drawn and kept by the server. */
export interface TrainingSet {
	readonly id: string;
	readonly rowCount: bigint;
	readonly byteCount: bigint;
	/** Of columns, types and values in order: the same inputs give the same hash. */
	readonly contentHash: string;
	readonly leakage: readonly LeakageFinding[];
	/** By name; empty where it was asked for without. */
	readonly splits: ReadonlyMap<string, Split>;
	/** The file as it comes; of a very large set, which is in parts, their manifest. */
	open(): Promise<ReadableStream<Uint8Array>>;
	/**
	 * Streams the file to `path`; a very large set, which is in parts, becomes a folder of that name. Where it breaks off it
	 * goes on where it was, in a later call, too, while it is the same file.
	 */
	saveTo(path: string): Promise<void>;
}

const fields = `
	id state progress rowCount byteCount url contentHash failure { code message name nearest hint }
	leakage { column share reason labelColumn correlation } splits { name rowCount url }
`;
const userErrors = "userErrors { code message path index name nearest hint }";
const formats: Readonly<Record<string, FileFormat>> = {
	".parquet": "PARQUET",
	".arrow": "ARROW",
	".csv": "CSV",
	".ndjson": "NDJSON",
};

/** Draws a training set (`CreateTrainingSetInput` but for its labels) and waits for its end. */
export async function drawTrainingSet(
	gateway: GatewayAddress,
	labels: Labels,
	input: AskedOfLabels,
	onProgress: (share: number) => void,
): Promise<TrainingSet> {
	const { createTrainingSet } = await ask<{
		createTrainingSet: { trainingSet: DrawnTrainingSet; userErrors: FeaturegraphErrorFields[] };
	}>(
		gateway,
		`mutation Create($input: CreateTrainingSetInput!) { createTrainingSet(input: $input) { trainingSet { ${fields} } ${userErrors} } }`,
		{ input: { ...input, labels: await labelSource(gateway, input, labels) } },
	);
	refuse(createTrainingSet.userErrors);
	let latest = createTrainingSet.trainingSet;
	for await (const { trainingSetProgress } of events<{ trainingSetProgress: DrawnTrainingSet }>(
		gateway,
		`subscription Progress($id: ID!) { trainingSetProgress(id: $id) { ${fields} } }`,
		() => ({ id: createTrainingSet.trainingSet.id }),
	)) {
		latest = trainingSetProgress;
		onProgress(latest.progress);
	}
	return finished(gateway, latest);
}

function finished(gateway: GatewayAddress, drawn: DrawnTrainingSet): TrainingSet {
	const { id, url, rowCount, byteCount, contentHash, failure, leakage, splits } = drawn;
	if (failure !== null) throw new FeaturegraphClientError([failure]);
	if (url === null || contentHash === null) {
		throw new FeaturegraphClientError([{ code: "JOB_CANCELLED", message: `The training set ended ${drawn.state}.` }]);
	}
	return {
		id,
		rowCount: BigInt(rowCount ?? 0),
		byteCount: BigInt(byteCount ?? 0),
		contentHash,
		leakage: leakage ?? [],
		splits: new Map(splits?.map((split) => [split.name, splitOf(gateway, split)])),
		open: () => openFile(gateway, url),
		saveTo: (path) => downloadRows(gateway, url, path),
	};
}

const splitOf = (
	gateway: GatewayAddress,
	{ rowCount, url }: { readonly rowCount: string; readonly url: string },
): Split => ({
	rowCount: BigInt(rowCount),
	open: () => openFile(gateway, url),
	saveTo: (path) => downloadRows(gateway, url, path),
});

async function openFile(gateway: GatewayAddress, url: string): Promise<ReadableStream<Uint8Array>> {
	const response = await send(gateway, url, { method: "GET" });
	if (response.ok && response.body !== null) return response.body;
	return refuseAnswer(response);
}

async function labelSource(gateway: GatewayAddress, asked: AskedOfLabels, labels: Labels): Promise<object> {
	if (isRows(labels)) {
		const rows = labels.map(encodeRow);
		const text = `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`;
		return { upload: await upload(gateway, asked, "NDJSON", Buffer.byteLength(text), text) };
	}
	if (!("file" in labels)) return labels;
	const format = formats[extname(labels.file).toLowerCase()];
	if (format === undefined) {
		throw new FeaturegraphClientError([
			{ code: "UNREADABLE_FILE", message: `${labels.file}: label files are ${Object.keys(formats).join(", ")}.` },
		]);
	}
	const { size } = await stat(labels.file);
	return {
		upload: await upload(gateway, asked, format, size, Readable.toWeb(createReadStream(labels.file)) as ReadableStream),
	};
}

const isRows = (labels: Labels): labels is readonly object[] => Array.isArray(labels);

/** What an uploaded file is checked for when it has come, among more. */
interface AskedOfLabels {
	readonly project: string;
	readonly select: object;
	readonly [further: string]: unknown;
}

async function upload(
	gateway: GatewayAddress,
	{ project, select, bindings, timestampColumn, fullFeatureNames }: AskedOfLabels,
	format: FileFormat,
	byteCount: number,
	content: NonNullable<RequestInit["body"]>,
): Promise<string> {
	const { createUpload } = await ask<{
		createUpload: { id: string; url: string; userErrors: FeaturegraphErrorFields[] };
	}>(gateway, `mutation Upload($input: CreateUploadInput!) { createUpload(input: $input) { id url ${userErrors} } }`, {
		input: { project, format, byteCount: String(byteCount), select, bindings, timestampColumn, fullFeatureNames },
	});
	refuse(createUpload.userErrors);
	const response = await send(gateway, createUpload.url, {
		method: "PUT",
		headers: { "content-type": "application/octet-stream", "content-length": String(byteCount) },
		body: content,
		duplex: "half",
	});
	if (!response.ok) await refuseAnswer(response);
	return createUpload.id;
}
