import { requirePermission } from "../../../core/access/require-permission.ts";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { ArrowStreams } from "../../../core/ports/arrow-streams.ts";
import type { PushRequest, TakePush } from "../../../core/ports/take-push.ts";
import type { Push, PushInput } from "./push.ts";
import { readPushBody, readPushQuestion } from "./push-request.ts";

export interface TakePushDeps {
	readonly push: Push;
	readonly arrow: Pick<ArrowStreams, "read">;
	readonly mostRows: number;
}

/** `push` for clients that send much: no document, and rows as the columns that they are. */
export function takePushService({ push, arrow, mostRows }: TakePushDeps): TakePush {
	return async (request) => {
		const { principal, idempotencyKey } = request;
		const input = request.format === "json" ? fromJson(request) : fromArrow(request);
		const { accepted, stale, rejected, warnings } = await push(principal, { ...input, idempotencyKey });
		return JSON.stringify({ accepted, stale, rejected, warnings });
	};

	function fromJson({ body, request }: PushRequest): Omit<PushInput, "idempotencyKey"> {
		if (request === null) return readPushBody(body);
		throw new FeaturegraphError("BAD_USER_INPUT", "A body of JSON has the whole request.", {
			name: "request",
			hint: "Leave out `?request=`, or send the rows as an Arrow stream.",
		});
	}

	function fromArrow({ body, request, principal }: PushRequest): Omit<PushInput, "idempotencyKey"> {
		if (request === null) {
			throw new FeaturegraphError("BAD_USER_INPUT", "It is not said where the rows go.", {
				name: "request",
				hint: 'Beside an Arrow stream the request stands in the URL: /push?request={"into": …}, encoded.',
			});
		}
		const { rowsAre, ...question } = readPushQuestion(request);
		// Nobody's bytes are parsed who may not write.
		requirePermission(principal, "WRITE_VALUES", question.project);
		const rows = arrow.read(body, mostRows);
		return rowsAre === "DELETES" ? { ...question, rows: [], deletes: rows } : { ...question, rows, deletes: [] };
	}
}
