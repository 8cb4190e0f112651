/** How much of uploads is done at once in one process: one request for each upload, and few checks of files that have come. */
import { type BulkheadPolicy, BulkheadRejectedError, bulkhead } from "cockatiel";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";

export interface UploadTurns {
	/** CONFLICT where another request sends the same upload, or its file is being checked. */
	alone<T>(id: string, send: () => Promise<T>): Promise<T>;
	/** Waits for its turn; OVERLOADED where too many wait. */
	check<T>(run: () => Promise<T>): Promise<T>;
}

export function uploadTurns(limits: { readonly checks: number; readonly waiting: number }): UploadTurns {
	const underWay = new Set<string>();
	const checks: BulkheadPolicy = bulkhead(limits.checks, limits.waiting);
	return {
		async alone(id, send) {
			if (underWay.has(id)) throw busy(id);
			underWay.add(id);
			try {
				return await send();
			} finally {
				underWay.delete(id);
			}
		},
		async check(run) {
			try {
				return await checks.execute(run);
			} catch (error) {
				throw error instanceof BulkheadRejectedError ? overloaded(limits.waiting) : error;
			}
		},
	};
}

const busy = (name: string): FeaturegraphError =>
	new FeaturegraphError("CONFLICT", "Another request sends this upload, or its file is being checked.", {
		name,
		hint: "Ask with HEAD how much has come, and go on there when the other request has ended.",
	});

const overloaded = (waiting: number): FeaturegraphError =>
	new FeaturegraphError("OVERLOADED", `${waiting} uploaded files wait to be checked already.`, {
		hint: "All of it has come and is kept: PUT nothing with `Content-Range: bytes */TOTAL` in a moment.",
	});
