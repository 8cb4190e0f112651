import type { IdempotencyScope, IdempotencyStore } from "../../core/ports/idempotency-store.ts";
import type { Run, RunStore } from "../../core/ports/run-store.ts";

/** The run that the first call of a key made; without a key, a new one. */
export async function runOnceByKey(
	{ idempotency, runs }: { readonly idempotency: IdempotencyStore; readonly runs: RunStore },
	scope: Omit<IdempotencyScope, "project">,
	{ project, idempotencyKey }: { readonly project: string; readonly idempotencyKey: string | null },
	create: () => Promise<Run>,
): Promise<Run> {
	if (idempotencyKey === null) return create();
	const id = await idempotency.once({ ...scope, project }, idempotencyKey, async () => (await create()).id);
	const run = typeof id === "string" ? await runs.get(id) : null;
	if (run === null) throw new Error(`The run ${JSON.stringify(id)} of a repeated call is gone.`);
	return run;
}
