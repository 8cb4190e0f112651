/** Where a reader of alert events stands. Opaque to callers; bound to a project, so that none is used in another. */

const spelling = /^alert-event:(\d{1,15}):(\d{1,18})$/;

export const encodeAlertCursor = (projectId: number, sequence: bigint): string =>
	Buffer.from(`alert-event:${projectId}:${sequence}`).toString("base64url");

/** The sequence that a cursor of this project stands for; null when it is no such cursor. */
export function decodeAlertCursor(projectId: number, cursor: string): bigint | null {
	const parts = spelling.exec(Buffer.from(cursor, "base64url").toString("latin1"));
	if (parts?.[1] !== String(projectId)) return null;
	const sequence = BigInt(parts[2] ?? 0);
	return encodeAlertCursor(projectId, sequence) === cursor ? sequence : null;
}
