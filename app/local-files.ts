import type { FilesOptions } from "../gateway/http/files-route.ts";
import { mayDownload } from "../services/training/training-sets.ts";
import { completeUpload, receiveUpload, uploadProgress } from "../services/training/uploads/uploads.ts";
import type { Adapters } from "./adapters.ts";
import type { UseCases } from "./use-cases.ts";

/** The files of this process's own store, for `/files`. */
export const localFiles = (
	{ blobs }: Pick<Adapters, "blobs">,
	{ serving, uploads }: UseCases,
): Required<Omit<FilesOptions, "authenticate">> => ({
	blobs,
	mayDownload: (principal, key) => mayDownload(serving, principal, key),
	upload: ({ id, content, range, principal }) => receiveUpload(uploads, principal, id, content, range),
	uploaded: (principal, id, total) =>
		total === null ? uploadProgress(uploads, principal, id) : completeUpload(uploads, principal, id, total),
});
