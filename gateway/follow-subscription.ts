import type { ExecutionResult } from "graphql";
import type { Logger } from "../core/ports/logger.ts";
import { completeResult } from "./complete/complete.ts";
import { publicErrors } from "./complete/public-error.ts";
import { mapEvents } from "./execute/map-events.ts";
import type { GatewayMetrics } from "./metrics.ts";
import type { Operations } from "./operation.ts";
import { OperationExecution } from "./operation-execution.ts";

export interface FollowOptions {
	readonly logger: Logger;
	readonly metrics: GatewayMetrics;
}

/** Subscriptions: they end with their source, their client, or the generation of the graph that they are on. */
export function following({ logger, metrics }: FollowOptions): Operations["subscribe"] {
	return async (operation) => {
		const { kind, caller, compiled, variables, observation } = operation;
		const masking = { requestId: caller.requestId, logger };
		const own = new AbortController();
		let end = (): void => own.abort();
		const lease = operation.lease.again(() => end());
		const began = performance.now();
		metrics.began(kind);
		const ended = (result: ExecutionResult): void => {
			metrics.ended(kind, result, performance.now() - began);
			observation.ended(result.errors);
			lease.release();
		};

		const until = { signal: AbortSignal.any([caller.signal, own.signal]) };
		const observer = observation.fetchObserver({ recorded: false });
		const stream = await compiled
			.subscribe(variables, new OperationExecution(operation, until, observer, logger))
			.catch((error: unknown) => ({ errors: publicErrors([error], masking) }));
		if (!(Symbol.asyncIterator in stream)) {
			const result = completeResult(stream, masking);
			ended(result);
			return result;
		}
		const events = mapEvents(stream, (result) => completeResult(result, masking), {
			failure: (error) => publicErrors([error], masking)[0] ?? new Error("The subscription failed."),
			ended: () => {
				own.abort();
				ended({});
			},
		});
		end = () => void events.return();
		return events;
	};
}
