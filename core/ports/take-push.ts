import type { Principal } from "./principal.ts";
import type { FeaturesFormat } from "./read-features.ts";

/** One push besides GraphQL, as it came. */
export interface PushRequest {
	readonly format: FeaturesFormat;
	readonly body: Uint8Array;
	/** JSON of the request without its rows, beside an Arrow stream; null beside JSON, which has all in its body. */
	readonly request: string | null;
	readonly idempotencyKey: string | null;
	readonly principal: Principal;
	readonly requestId: string;
	readonly signal: AbortSignal;
}

/** JSON of what was taken. Throws what is refused as a whole. */
export type TakePush = (request: PushRequest) => Promise<Uint8Array | string>;
