/** Files of label rows on their way in: opened, received in one request or in several, checked when they are whole. */
import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { isAllowed, requirePermission } from "../../../core/access/require-permission.ts";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { BlobStore } from "../../../core/ports/blob-store.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { IncomingFiles } from "../../../core/ports/incoming-files.ts";
import type { FileFormat } from "../../../core/ports/offline-engine.ts";
import type { Principal } from "../../../core/ports/principal.ts";
import type { RegistryReader } from "../../../core/ports/registry-reader.ts";
import type { ExpectedLabels, Upload, UploadStore } from "../../../core/ports/upload-store.ts";
import type { RequestBinding, Selection } from "../../../core/reads/model.ts";
import { resolveSelection } from "../../../core/reads/resolve-selection.ts";
import type { RegistrySnapshot } from "../../../core/registry/snapshot.ts";
import { type CheckDeps, checkLabels } from "./check-labels.ts";
import { uploadKey, uploadUrl } from "./upload-paths.ts";
import type { UploadTurns } from "./upload-turns.ts";

export interface UploadDeps extends CheckDeps {
	readonly registry: RegistryReader;
	readonly uploads: UploadStore;
	readonly blobs: BlobStore;
	readonly incoming: IncomingFiles;
	readonly clock: Clock;
	/** The greatest file that is taken. */
	readonly limitBytes: number;
	/** Uploads of one principal that no training set uses yet. */
	readonly mostOpenUploads: number;
	readonly turns: UploadTurns;
}

export interface CreateUploadInput {
	readonly project: string;
	readonly format: FileFormat;
	readonly byteCount: bigint | null;
	/** What the labels are for, as far as the file is to be checked when it has come; absent: that it can be read. */
	readonly labels?: UploadedLabels | null;
}

/** Null `select`: the timestamp alone is asked for. */
export interface UploadedLabels {
	readonly timestampColumn: string;
	readonly select: Selection | null;
	readonly bindings: readonly RequestBinding[];
	readonly fullFeatureNames: boolean;
}

/** A part of a file, its bytes from `start` on. Null `total`: more may follow, and nobody said how much. */
export interface UploadStretch {
	readonly start: number;
	/** Behind the last byte. */
	readonly end: number;
	readonly total: number | null;
}

/** How far an upload is. */
export interface UploadProgress {
	readonly byteCount: number;
	/** Whether the file is there and has been checked. */
	readonly isWhole: boolean;
}

/** Opens a place for a file of label rows. */
export async function createUpload(
	deps: UploadDeps,
	principal: Principal,
	input: CreateUploadInput,
): Promise<{ readonly id: string; readonly url: string }> {
	requirePermission(principal, "READ_VALUES", input.project);
	const snapshot = await deps.registry.snapshot(input.project);
	if (input.byteCount !== null && input.byteCount < 0n) {
		throw new FeaturegraphError("BAD_USER_INPUT", "`byteCount` is negative.", { path: ["byteCount"] });
	}
	if (input.byteCount !== null && input.byteCount > BigInt(deps.limitBytes)) throw tooLarge(deps.limitBytes);
	const id = randomUUID();
	const upload: Upload = {
		id,
		projectId: snapshot.projectId,
		project: input.project,
		format: input.format,
		byteCount: input.byteCount,
		expected: expectedOf(snapshot, input),
		receivedAt: null,
		createdAt: deps.clock.now(),
		createdBy: principal.id,
	};
	if (!(await deps.uploads.create(upload, deps.mostOpenUploads))) throw tooMany(deps.mostOpenUploads);
	return { id, url: uploadUrl(id) };
}

function expectedOf(snapshot: RegistrySnapshot, { labels }: CreateUploadInput): ExpectedLabels | null {
	if (labels == null) return null;
	const { timestampColumn, select, bindings, fullFeatureNames } = labels;
	if (select === null) return { timestampColumn, joinKeys: [], request: [], features: [] };
	const options = { fullFeatureNames, versions: "current" } as const;
	const { joinKeys, request, features } = resolveSelection(snapshot, select, bindings, options);
	return { timestampColumn, joinKeys, request, features: features.map(({ name }) => ({ name })) };
}

/**
 * Takes the file in, or the next stretch of it. What has come of one that broke off is kept, so that it can go on there. A file
 * that is whole is checked: one that does not pass, or is longer or shorter than announced, is dropped, and its upload
 * can be begun anew.
 */
export async function receiveUpload(
	deps: UploadDeps,
	principal: Principal,
	id: string,
	content: Readable,
	stretch: UploadStretch | null = null,
): Promise<UploadProgress> {
	return deps.turns.alone(id, async () => {
		const upload = await openUpload(deps, principal, id);
		if (upload.receivedAt !== null) throw hasFile(id);
		const announced = announcedOf(upload);
		const most = announced ?? deps.limitBytes;
		const total = stretch?.total ?? null;
		if (total !== null && announced !== null && total !== announced) throw notAnnounced(id, total, announced);
		if (stretch !== null && Math.max(stretch.end, total ?? 0) > most) throw tooLarge(most);
		const end = stretch?.end ?? most;
		const byteCount = await deps.incoming.append(id, stretch?.start ?? 0, content, end);
		if (stretch !== null && byteCount < end) throw brokenOff(id, byteCount);
		const isLast = stretch === null || byteCount === (total ?? announced);
		return isLast ? checked(deps, upload, byteCount) : { byteCount, isWhole: false };
	});
}

/** Says that all has come: a file of so many bytes that was not checked yet, because too many waited, is checked now. */
export async function completeUpload(
	deps: UploadDeps,
	principal: Principal,
	id: string,
	total: number,
): Promise<UploadProgress> {
	const progress = await uploadProgress(deps, principal, id);
	if (progress.isWhole || total === 0 || progress.byteCount !== total) return progress;
	return deps.turns.alone(id, async () => {
		const upload = await openUpload(deps, principal, id);
		return upload.receivedAt === null ? checked(deps, upload, total) : { byteCount: total, isWhole: true };
	});
}

function checked(deps: UploadDeps, upload: Upload, byteCount: number): Promise<UploadProgress> {
	const { id, format, expected } = upload;
	return deps.turns.check(async () => {
		const path = await deps.incoming.finish(id, byteCount);
		try {
			const announced = announcedOf(upload);
			if (announced !== null && byteCount !== announced) throw notAnnounced(id, byteCount, announced);
			if (byteCount === 0) throw isEmpty(id);
			await checkLabels(deps, path, format, expected, AbortSignal.any([]));
			await deps.blobs.put(uploadKey(id), path);
		} finally {
			await deps.incoming.discard(id);
		}
		await deps.uploads.received(id, BigInt(byteCount), deps.clock.now());
		return { byteCount, isWhole: true };
	});
}

const announcedOf = ({ byteCount }: Upload): number | null => (byteCount === null ? null : Number(byteCount));

/** How much of its file has come. */
export async function uploadProgress(
	deps: Pick<UploadDeps, "uploads" | "incoming">,
	principal: Principal,
	id: string,
): Promise<UploadProgress> {
	const { receivedAt, byteCount } = await openUpload(deps, principal, id);
	if (receivedAt !== null) return { byteCount: Number(byteCount ?? 0n), isWhole: true };
	return { byteCount: await deps.incoming.received(id), isWhole: false };
}

async function openUpload({ uploads }: Pick<UploadDeps, "uploads">, principal: Principal, id: string): Promise<Upload> {
	const upload = await uploads.get(id);
	if (upload === null || !isAllowed(principal, "READ_VALUES", upload.project)) throw noUpload(id);
	return upload;
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

const hasFile = (name: string): FeaturegraphError =>
	new FeaturegraphError("CONFLICT", `The upload "${name}" has its file already.`, {
		name,
		hint: "Make another one with `createUpload`.",
	});

const notAnnounced = (id: string, byteCount: number, announced: number): FeaturegraphError =>
	new FeaturegraphError("UNREADABLE_FILE", `The file has ${byteCount} bytes, ${announced} were announced.`, {
		name: id,
		hint: "Send it again, whole.",
	});

const isEmpty = (name: string): FeaturegraphError =>
	new FeaturegraphError("LABELS_INVALID", "The file of label rows is empty.", {
		name,
		hint: "Make another upload, of at least one row; CSV, Parquet and Arrow may have their columns alone.",
	});

const brokenOff = (id: string, byteCount: number): FeaturegraphError =>
	new FeaturegraphError("UNREADABLE_FILE", `The stretch ended after byte ${byteCount} of the file.`, {
		name: id,
		hint: `Go on from byte ${byteCount}.`,
	});

const tooLarge = (limit: number): FeaturegraphError =>
	new FeaturegraphError("LIMIT_EXCEEDED", `An upload has at most ${limit} bytes (FEATUREGRAPH_LIMIT_UPLOAD_BYTES).`, {
		path: ["byteCount"],
		hint: "Write the labels as Parquet, or register a source that reads them where they are.",
	});

const tooMany = (limit: number): FeaturegraphError =>
	new FeaturegraphError(
		"LIMIT_EXCEEDED",
		`There are ${limit} uploads already that no training set uses (FEATUREGRAPH_LIMIT_OPEN_UPLOADS).`,
		{ hint: "Use them; one that was not used is removed after a day." },
	);
