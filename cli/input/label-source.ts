import { extname } from "node:path";
import type { Connection } from "../client/connection.ts";
import { upload } from "../client/files.ts";
import { request } from "../client/graphql.ts";
import { RequestFailed, refuseUserErrors, type ServerError, userErrorFields } from "../client/request-failed.ts";

const formats: Readonly<Record<string, string>> = {
	".parquet": "PARQUET",
	".csv": "CSV",
	".ndjson": "NDJSON",
	".arrow": "ARROW",
};

/** The `LabelSource` of the contract: a registered source by name, or a local file, which is uploaded and checked for what is `asked` of it. */
export async function labelSourceOf(
	connection: Connection,
	options: { readonly source?: string; readonly labels?: string },
	asked: object,
): Promise<{ source: string } | { upload: string }> {
	if (options.source !== undefined && options.labels === undefined) return { source: options.source };
	if (options.labels !== undefined && options.source === undefined) {
		return { upload: await uploadLabels(connection, options.labels, asked) };
	}
	throw new RequestFailed([
		{ code: "BAD_USER_INPUT", message: "Name the label rows: --source NAME or --labels FILE, one of the two." },
	]);
}

async function uploadLabels(connection: Connection, path: string, asked: object): Promise<string> {
	const format = formats[extname(path).toLowerCase()];
	if (format === undefined) {
		throw new RequestFailed([
			{ code: "UNREADABLE_FILE", message: `${path}: label files are ${Object.keys(formats).join(", ")}.` },
		]);
	}
	const { createUpload } = await request<{ createUpload: { id: string; url: string; userErrors: ServerError[] } }>(
		connection,
		`mutation Upload($input: CreateUploadInput!) { createUpload(input: $input) { id url ${userErrorFields} } }`,
		{ input: { project: connection.project, format, ...asked } },
	);
	refuseUserErrors(createUpload.userErrors);
	await upload(connection, createUpload.url, path);
	return createUpload.id;
}
