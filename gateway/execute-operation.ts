import { type ExecutionResult, OperationTypeNode } from "graphql";
import { cacheReport } from "../core/online/cache-header.ts";
import type { Logger } from "../core/ports/logger.ts";
import { completeResult } from "./complete/complete.ts";
import { publicErrors } from "./complete/public-error.ts";
import { deadlines } from "./deadline.ts";
import type { Endable } from "./endable.ts";
import { SharedQueries } from "./execute/share-in-flight.ts";
import { explainExecution, explainPlan } from "./explain/explanation.ts";
import type { GatewayLimits } from "./limits.ts";
import type { GatewayMetrics } from "./metrics.ts";
import type { Operations, PreparedOperation } from "./operation.ts";
import { OperationExecution } from "./operation-execution.ts";

export interface ExecuteOptions {
	readonly logger: Logger;
	readonly metrics: GatewayMetrics;
	readonly limits: Pick<GatewayLimits, "sharedQueries" | "operationMillis">;
}

/** Queries and mutations: within their time, equal queries once. */
export function executing({ logger, metrics, limits }: ExecuteOptions): Operations["execute"] {
	const withDeadline = deadlines({ millis: limits.operationMillis });
	const shared =
		limits.sharedQueries === 0 ? null : new SharedQueries({ most: limits.sharedQueries, joined: metrics.sharedQuery });

	/** Never rejects. */
	const answer = async (operation: PreparedOperation): Promise<ExecutionResult> => {
		const { caller, compiled, variables, principal, passed, request } = operation;
		const masking = { requestId: caller.requestId, logger };
		const observer = operation.observation.fetchObserver({ recorded: true });
		const run = async (until: Endable): Promise<ExecutionResult> =>
			completeResult(
				await compiled.execute(variables, new OperationExecution(operation, until, observer, logger)),
				masking,
			);
		// What is explained, or counted, runs by itself: the fetches of another are not its own.
		const alone = operation.explain !== null || operation.cacheUses !== null;
		const sharing = operation.kind === OperationTypeNode.QUERY && !alone ? shared : null;
		const query = { operation: compiled, variables: request.variables, principal, headers: passed.headers };
		try {
			return await withDeadline(sharing === null ? run : (until) => sharing.execute({ ...query, until }, run), caller);
		} catch (error) {
			return { data: null, errors: publicErrors([error], masking) };
		}
	};

	return async (operation) => {
		const { kind, compiled, explain, cacheUses, observation } = operation;
		const shown = explain?.variables === true ? operation.request.variables : undefined;
		if (explain?.mode === "plan") {
			observation.ended();
			return { data: null, extensions: { explain: explainPlan(compiled.plans, shown) } };
		}
		const lease = operation.lease.again();
		metrics.began(kind);
		const answered = await observation.execute(compiled, () => answer(operation));
		const cache = cacheUses === null ? null : { cache: cacheReport(cacheUses) };
		const result = cache === null ? answered : { ...answered, extensions: { ...answered.extensions, ...cache } };
		metrics.ended(kind, result, observation.millis);
		lease.release();
		if (kind === OperationTypeNode.MUTATION) shared?.wrote();
		if (explain === null) return result;
		const explanation = explainExecution(compiled.plans, observation.fetches, observation.millis, shown);
		return { ...result, extensions: { ...result.extensions, explain: explanation } };
	};
}
