import type { Principal } from "./principal.ts";

/** How rows travel on `/features`: JSON by columns or rows, or an Arrow IPC stream. */
export type FeaturesFormat = "json" | "arrow";

/** One read of online features besides GraphQL, as it came. */
export interface FeaturesRequest {
	readonly format: FeaturesFormat;
	readonly body: Uint8Array;
	/** JSON of the request without its rows, beside an Arrow stream; null beside JSON, which has all in its body. */
	readonly request: string | null;
	/** What the answer is to be. */
	readonly answer: FeaturesFormat;
	/** Only what the store says now, past the cache of values. */
	readonly bypassCache: boolean;
	/** Whether the answer says how much of it came from the cache. */
	readonly reportsCache?: boolean;
	readonly principal: Principal;
	readonly requestId: string;
	readonly signal: AbortSignal;
}

/** The body of the answer. Throws what is refused. */
export type ReadFeatures = (request: FeaturesRequest) => Promise<Uint8Array | string>;
