import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { isAllowed, requirePermission } from "../../core/access/require-permission.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { BlobStore } from "../../core/ports/blob-store.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { FileFormat } from "../../core/ports/offline-engine.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { Upload, UploadStore } from "../../core/ports/upload-store.ts";

export interface UploadDeps {
	readonly registry: RegistryReader;
	readonly uploads: UploadStore;
	readonly blobs: BlobStore;
	readonly clock: Clock;
	/** The greatest file that is taken. */
	readonly limitBytes: number;
}

/** Where the file of an upload lies among the blobs. */
export const uploadKey = (id: string): string => `uploads/${id}`;

/** Where to PUT the file, on the gateway. */
export const uploadUrl = (id: string): string => `/files/uploads/${id}`;

/** Opens a place for a file of label rows. */
export async function createUpload(
	deps: UploadDeps,
	principal: Principal,
	input: { readonly project: string; readonly format: FileFormat; readonly byteCount: bigint | null },
): Promise<{ readonly id: string; readonly url: string }> {
	requirePermission(principal, "READ_VALUES", input.project);
	const { projectId } = await deps.registry.snapshot(input.project);
	if (input.byteCount !== null && input.byteCount < 0n) {
		throw new FeaturegraphError("BAD_USER_INPUT", "`byteCount` is negative.", { path: ["byteCount"] });
	}
	if (input.byteCount !== null && input.byteCount > BigInt(deps.limitBytes)) throw tooLarge(deps.limitBytes);
	const id = randomUUID();
	await deps.uploads.create({
		id,
		projectId,
		project: input.project,
		format: input.format,
		byteCount: input.byteCount,
		receivedAt: null,
		createdAt: deps.clock.now(),
		createdBy: principal.id,
	});
	return { id, url: uploadUrl(id) };
}

/** Takes the file in. A file that is shorter or longer than announced is refused. */
export async function receiveUpload(
	deps: UploadDeps,
	principal: Principal,
	id: string,
	content: Readable,
): Promise<{ readonly byteCount: number }> {
	const upload = await deps.uploads.get(id);
	if (upload === null || !isAllowed(principal, "READ_VALUES", upload.project)) throw noUpload(id);
	if (upload.receivedAt !== null) {
		throw new FeaturegraphError("CONFLICT", `The upload "${id}" has its file already.`, {
			name: id,
			hint: "Make another one with `createUpload`.",
		});
	}
	const announced = upload.byteCount === null ? deps.limitBytes : Number(upload.byteCount);
	const { byteCount } = await deps.blobs.write(uploadKey(id), content, announced);
	if (upload.byteCount !== null && BigInt(byteCount) !== upload.byteCount) {
		await deps.blobs.remove(uploadKey(id));
		throw new FeaturegraphError(
			"UNREADABLE_FILE",
			`The file has ${byteCount} bytes, ${upload.byteCount} were announced.`,
			{
				name: id,
				hint: "Send it again, whole.",
			},
		);
	}
	await deps.uploads.received(id, BigInt(byteCount), deps.clock.now());
	return { byteCount };
}

/** The upload of a request, whose file is there. */
export async function receivedUpload(
	{ uploads }: Pick<UploadDeps, "uploads">,
	projectId: number,
	id: string,
): Promise<Upload> {
	const upload = await uploads.get(id);
	if (upload?.projectId !== projectId) throw noUpload(id);
	if (upload.receivedAt === null) {
		throw new FeaturegraphError("CONFLICT", `The file of the upload "${id}" has not come yet.`, {
			name: id,
			hint: `PUT it to ${uploadUrl(id)} first.`,
		});
	}
	return upload;
}

const noUpload = (id: string): FeaturegraphError =>
	new FeaturegraphError("NOT_FOUND", `There is no upload "${id}".`, {
		name: id,
		hint: "Make one with `createUpload`; a file that was not used is removed after a day.",
	});

const tooLarge = (limit: number): FeaturegraphError =>
	new FeaturegraphError("LIMIT_EXCEEDED", `An upload has at most ${limit} bytes (FEATUREGRAPH_LIMIT_UPLOAD_BYTES).`, {
		path: ["byteCount"],
		hint: "Write the labels as Parquet, or register a source that reads them where they are.",
	});
