import { LRUCache } from "lru-cache";
import { requirePermission } from "../../../core/access/require-permission.ts";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { cacheReport } from "../../../core/online/cache-header.ts";
import type { ArrowStreams } from "../../../core/ports/arrow-streams.ts";
import type { FeaturesRequest, ReadFeatures } from "../../../core/ports/read-features.ts";
import { receivedRows } from "../read/given-rows.ts";
import { directReader, newUse, type OnlineReads } from "../read/packed-reader.ts";
import type { ReadLatest } from "../read/read-latest.ts";
import { arrowColumns, arrowMetadata } from "./arrow-answer.ts";
import { jsonAnswer } from "./json-answer.ts";
import { type AskedRows, JsonRequests, parseRequest } from "./json-request.ts";
import { type FeaturesQuestion, readQuestion } from "./question.ts";

export interface FeaturesDeps {
	readonly readLatest: ReadLatest;
	readonly arrow: ArrowStreams;
	readonly reads: OnlineReads;
	readonly limits: { readonly rows: number; readonly plans: number };
}

/** A read that took longer looks whether it is still waited for, before its answer is written. */
const patienceMillis = 20;

/** Questions longer than this are read each time. */
const longestKept = 10_000;

/** `onlineFeatures` for clients that ask much and often: no document, no graph, the answer written as it is sent. */
export function featuresService({ readLatest, arrow, reads, limits }: FeaturesDeps): ReadFeatures {
	const questions = new LRUCache<string, FeaturesQuestion>({ max: limits.plans });
	const jsonRequests = new JsonRequests(limits.plans);

	return async (request) => {
		const { question, rows } = request.format === "json" ? fromJson(request) : fromArrow(request);
		const reader = directReader(reads, newUse(request.bypassCache));
		const began = performance.now();
		const read = await readLatest(request.principal, question, rows, reader);
		// Who has waited may have left. The signal is made when it is asked for, which most reads need not.
		if (performance.now() - began > patienceMillis) request.signal.throwIfAborted();
		const cache = request.reportsCache === true ? cacheReport([reader.use]) : null;
		if (request.answer === "json") return jsonAnswer(read, question.include, reader.use, cache);
		const metadata = arrowMetadata(read, reader.use, cache);
		return arrow.write(arrowColumns(read, question.include), read.rows.rowCount, metadata);
	};

	function fromJson({ body, request }: FeaturesRequest): AskedRows {
		if (request === null) return jsonRequests.read(body);
		throw new FeaturegraphError("BAD_USER_INPUT", "A body of JSON has the whole request.", {
			name: "request",
			hint: "Leave out `?request=`, or send the rows as an Arrow stream.",
		});
	}

	function fromArrow({ body, request, principal }: FeaturesRequest): AskedRows {
		if (request === null) {
			throw new FeaturegraphError("BAD_USER_INPUT", "It is not said which features are wanted.", {
				name: "request",
				hint: 'Beside an Arrow stream the request stands in the URL: /features?request={"select": …}, encoded.',
			});
		}
		const question = questionOf(request);
		// Nobody's bytes are parsed who may not read.
		requirePermission(principal, "READ_VALUES", question.project);
		return { question, rows: receivedRows(arrow.read(body, limits.rows)) };
	}

	function questionOf(text: string): FeaturesQuestion {
		const known = questions.get(text);
		if (known !== undefined) return known;
		const question = readQuestion(parseRequest(text));
		if (text.length <= longestKept) questions.set(text, question);
		return question;
	}
}
