import type { IncomingHttpHeaders } from "node:http";
import { asksForCacheUse, cacheHeader, noCache } from "../../core/online/cache-header.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { FeaturesFormat, FeaturesRequest, ReadFeatures } from "../../core/ports/read-features.ts";
import type { Authenticate } from "../../core/ports/subgraph.ts";
import type { Places } from "../admit/concurrency.ts";
import { deadlines } from "../deadline.ts";
import { type Endable, endReasonOf } from "../endable.ts";
import type { GatewayLimits } from "../limits.ts";
import type { TraceRequest } from "../observe/spans.ts";
import type { TimeHistogram, TimeSeries } from "../observe/time-histogram.ts";
import type { Caller } from "../operation.ts";
import type { HttpAnswer } from "./answer.ts";
import { contentTypeOf } from "./features-media.ts";

export interface FeaturesOptions {
	readonly readFeatures: ReadFeatures;
	readonly authenticate: Authenticate;
	/** Those of queries: what one principal may have running counts both doors. */
	readonly operations: Places;
	readonly seconds: TimeHistogram<"format" | "outcome">;
	/** Null: nothing is traced. */
	readonly trace: TraceRequest | null;
	readonly logger: Logger;
	readonly limits: Pick<GatewayLimits, "operationMillis" | "slowOperationMillis">;
}

/** A request whose media types are understood. */
export interface AskedFeatures {
	readonly id: string;
	readonly headers: IncomingHttpHeaders;
	readonly format: FeaturesFormat;
	readonly answer: FeaturesFormat;
	readonly body: Uint8Array;
	/** `request` of the URL; null where there is none. */
	readonly request: string | null;
}

export type AnswerFeatures = (asked: AskedFeatures, caller: Caller) => Promise<HttpAnswer>;

/** To a client that has left, which is no error of ours. */
const unread: HttpAnswer = { status: 408, contentType: contentTypeOf("json"), content: "", more: null };

/** Reads features for who may have a place, within the deadline. Throws what is refused. */
export function answeringFeatures(options: FeaturesOptions): AnswerFeatures {
	const { readFeatures, authenticate, operations, seconds, trace, logger, limits } = options;
	const withDeadline = deadlines({ millis: limits.operationMillis });
	const observe = observers(seconds);

	const read = async (asked: AskedFeatures, caller: Caller): Promise<HttpAnswer> => {
		const principal = await authenticate({ authorization: asked.headers.authorization ?? null });
		const release = operations.take(principal.id);
		try {
			const content = await withDeadline((until) => readFeatures(new ReadingFeatures(asked, principal, until)), caller);
			return { status: 200, contentType: contentTypeOf(asked.answer), content, more: null };
		} finally {
			release();
		}
	};

	return async (asked, caller) => {
		const { id, headers, format, answer } = asked;
		const began = performance.now();
		let outcome: "ok" | "error" = "error";
		try {
			const answered =
				trace === null
					? await read(asked, caller)
					: await trace("POST /features", { id, headers }, () => read(asked, caller));
			outcome = "ok";
			return answered;
		} catch (error) {
			if (error === endReasonOf(caller)) return unread;
			throw error;
		} finally {
			const millis = performance.now() - began;
			observe[answer][outcome].observe(millis / 1000);
			if (millis > limits.slowOperationMillis) {
				logger.warn({ requestId: id, millis: Math.round(millis), format, answer }, "A read of features was slow");
			}
		}
	};
}

/** A class, since each object literal with a getter has a shape of its own, which keeps all that the getter knows. */
class ReadingFeatures implements FeaturesRequest {
	readonly format: FeaturesFormat;
	readonly answer: FeaturesFormat;
	readonly body: Uint8Array;
	readonly request: string | null;
	readonly bypassCache: boolean;
	readonly reportsCache: boolean;
	readonly principal: Principal;
	readonly requestId: string;
	readonly #until: Endable;

	constructor({ id, headers, format, answer, body, request }: AskedFeatures, principal: Principal, until: Endable) {
		this.format = format;
		this.answer = answer;
		this.body = body;
		this.request = request;
		this.bypassCache = headers[cacheHeader] === noCache;
		this.reportsCache = asksForCacheUse(headers);
		this.principal = principal;
		this.requestId = id;
		this.#until = until;
	}

	/** Made when it is asked for: most reads end before. */
	get signal(): AbortSignal {
		return this.#until.signal;
	}
}

type Observers = Readonly<Record<FeaturesFormat, Readonly<Record<"ok" | "error", TimeSeries<"format" | "outcome">>>>>;

/** Looked up by their labels once, not for each request. */
function observers(seconds: TimeHistogram<"format" | "outcome">): Observers {
	const of = (format: FeaturesFormat) => ({
		ok: seconds.under({ format, outcome: "ok" }),
		error: seconds.under({ format, outcome: "error" }),
	});
	return { json: of("json"), arrow: of("arrow") };
}
