import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { FeaturegraphClientError, type FeaturegraphErrorFields } from "./errors.ts";
import { type GatewayAddress, post } from "./gateway.ts";
import { isPassing } from "./passing.ts";
import { encodeRow } from "./values.ts";

export interface PushResult {
	readonly accepted: number;
	/** Of the accepted: older than what their key has online; kept offline. */
	readonly stale: number;
	/** Bad rows, by `index` over all that were pushed. */
	readonly rejected: readonly FeaturegraphErrorFields[];
	readonly warnings: readonly FeaturegraphErrorFields[];
}

export interface PushOptions {
	readonly to?: "ONLINE" | "OFFLINE" | "BOTH";
	/** Pushing the same rows again under the same key repeats nothing. */
	readonly idempotencyKey?: string;
}

/** What the gateway takes at once unless it is configured otherwise. */
const mostRows = 10_000;
const attempts = 6;
const firstWaitMillis = 250;
/** Rows, or keys and times of values that end, in batches, each under a key of its own, so that what is sent again after a lost answer is taken once. */
export async function pushRows(
	gateway: GatewayAddress,
	request: { readonly project: string; readonly into: object; readonly to: string },
	what: "rows" | "deletes",
	rows: readonly object[],
	key: string = randomUUID(),
): Promise<PushResult> {
	const taken = { accepted: 0, stale: 0, rejected: [] as FeaturegraphErrorFields[] };
	const warnings = new Map<string, FeaturegraphErrorFields>();
	let most = mostRows;
	for (let start = 0, end = 0; start < rows.length; start = end) {
		const batch = rows.slice(start, start + most);
		const body = JSON.stringify({ ...request, [what]: batch.map(encodeRow) });
		const answer = await sendBatch(gateway, body, `${key}:${start}+${batch.length}`, start > 0).catch(tooLarge);
		if (answer === null) {
			if (batch.length === 1)
				throw new FeaturegraphClientError([{ code: "LIMIT_EXCEEDED", message: "A row is too large." }]);
			most = Math.floor(batch.length / 2);
			continue;
		}
		end = start + batch.length;
		const shifted = (error: FeaturegraphErrorFields): FeaturegraphErrorFields => ({
			...error,
			index: error.index == null ? null : error.index + start,
		});
		taken.accepted += answer.accepted;
		taken.stale += answer.stale;
		for (const error of answer.rejected) taken.rejected.push(shifted(error));
		// One of a kind and column: each batch tells its own.
		for (const warning of answer.warnings.map(shifted)) {
			const kind = `${warning.code} ${warning.name}`;
			if (!warnings.has(kind)) warnings.set(kind, warning);
		}
	}
	return { ...taken, warnings: [...warnings.values()] };
}

/** The gateway may take less at once than by default. */
function tooLarge(error: unknown): null {
	if (error instanceof FeaturegraphClientError && error.code === "LIMIT_EXCEEDED") return null;
	throw error;
}

async function sendBatch(gateway: GatewayAddress, body: string, key: string, wasThere: boolean): Promise<PushResult> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await post<PushResult>(gateway, "/push", body, { "idempotency-key": key });
		} catch (error) {
			if (!isPassing(error) || attempt === attempts) throw error;
			// Nobody waits for a gateway that was never there.
			if (error.code === "GATEWAY_UNREACHABLE" && !wasThere && attempt === 2) throw error;
			await sleep(firstWaitMillis * 2 ** (attempt - 1));
		}
	}
}
