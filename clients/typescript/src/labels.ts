import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { FeaturegraphClientError, type FeaturegraphErrorFields, refuse } from "./errors.ts";
import { ask, type GatewayAddress } from "./gateway.ts";
import { contentOfFile, contentOfText, type UploadContent, upload } from "./upload.ts";
import { encodeRow } from "./values.ts";

/** Where label rows come from: rows, a local file, a registered source, SQL over one, every entity of a view. */
export type Labels =
	| readonly object[]
	| { readonly file: string }
	| { readonly source: string }
	| { readonly sql: { readonly source: string; readonly query: string } }
	| { readonly everyEntity: { readonly view: string; readonly at: readonly string[] } };

export type FileFormat = "PARQUET" | "ARROW" | "CSV" | "NDJSON";

/** What an uploaded file is checked for when it has come, among more. */
export interface AskedOfLabels {
	readonly project: string;
	readonly select: object;
	readonly [further: string]: unknown;
}

const formats: Readonly<Record<string, FileFormat>> = {
	".parquet": "PARQUET",
	".arrow": "ARROW",
	".csv": "CSV",
	".ndjson": "NDJSON",
};

/** The `LabelSource` of the contract; rows and files are uploaded first, and checked for what is `asked` of them. */
export async function labelSource(gateway: GatewayAddress, asked: AskedOfLabels, labels: Labels): Promise<object> {
	if (isRows(labels)) {
		const text = labels.map((row) => `${JSON.stringify(encodeRow(row))}\n`).join("");
		return { upload: await uploadLabels(gateway, asked, "NDJSON", contentOfText(text)) };
	}
	if (!("file" in labels)) return labels;
	const format = formats[extname(labels.file).toLowerCase()];
	if (format === undefined) {
		throw new FeaturegraphClientError([
			{ code: "UNREADABLE_FILE", message: `${labels.file}: label files are ${Object.keys(formats).join(", ")}.` },
		]);
	}
	const { size } = await stat(labels.file);
	return { upload: await uploadLabels(gateway, asked, format, contentOfFile(labels.file, size)) };
}

const isRows = (labels: Labels): labels is readonly object[] => Array.isArray(labels);

async function uploadLabels(
	gateway: GatewayAddress,
	{ project, select, bindings, timestampColumn, fullFeatureNames }: AskedOfLabels,
	format: FileFormat,
	content: UploadContent,
): Promise<string> {
	const byteCount = String(content.byteCount);
	const { createUpload } = await ask<{
		createUpload: { id: string; url: string; userErrors: FeaturegraphErrorFields[] };
	}>(
		gateway,
		`mutation Upload($input: CreateUploadInput!) {
			createUpload(input: $input) { id url userErrors { code message path index name nearest hint } }
		}`,
		{ input: { project, format, byteCount, select, bindings, timestampColumn, fullFeatureNames } },
	);
	refuse(createUpload.userErrors);
	await upload(gateway, createUpload.url, content);
	return createUpload.id;
}
