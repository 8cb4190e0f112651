import { createHash } from "node:crypto";
import { requirePermission } from "../../../core/access/require-permission.ts";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { nearestNames } from "../../../core/errors/nearest.ts";
import type { UserError } from "../../../core/errors/user-error.ts";
import { logOf, sourceLogOf } from "../../../core/offline/offline-view.ts";
import type { IdempotencyStore } from "../../../core/ports/idempotency-store.ts";
import type { OfflineLog } from "../../../core/ports/offline-log.ts";
import type { Principal } from "../../../core/ports/principal.ts";
import type { RegistryReader } from "../../../core/ports/registry-reader.ts";
import type { Json } from "../../../core/ports/run-store.ts";
import { currentNames } from "../../../core/registry/current-names.ts";
import type { RegistrySnapshot } from "../../../core/registry/snapshot.ts";
import { parseJson } from "../../../core/values/parse-json.ts";
import type { Micros } from "../../../core/values/value.ts";
import { type LogTarget, logTargets } from "../write/log-targets.ts";
import type { OnlineWriter } from "../write/online-writer.ts";
import { packersOf, type WriteLogRowsDeps } from "../write/write-log-rows.ts";
import { fillPartial } from "./fill-partial.ts";
import { type PushLoad, pushAdmission } from "./push-admission.ts";
import { dueAtOf, type GivenPush, type PushedRow, type ReadRows, readPushedRows } from "./push-rows.ts";

export type PushTarget = "ONLINE" | "OFFLINE" | "BOTH";

export interface PushInput {
	readonly project: string;
	readonly into: { readonly source: string } | { readonly view: string };
	readonly rows: GivenPush;
	/** Keys and event time of entities whose values end then. */
	readonly deletes: GivenPush;
	readonly to: PushTarget;
	readonly idempotencyKey: string | null;
}

export interface PushPayload {
	readonly accepted: number;
	/** Of the accepted: shown by no view, because their key has a newer row. 0 for OFFLINE, which shows none. */
	readonly stale: number;
	readonly rejected: readonly UserError[];
	readonly warnings: readonly UserError[];
}

export interface PushDeps extends WriteLogRowsDeps {
	readonly registry: RegistryReader;
	readonly log: Pick<OfflineLog, "ensure" | "appendPush">;
	readonly writer: Pick<OnlineWriter, "apply" | "write">;
	readonly idempotency: IdempotencyStore;
	/** How far ahead of the clock an event time may be. */
	readonly skewMicros: Micros;
	readonly limits: {
		/** Of one push. */
		readonly rows: number;
		/** Of all pushes at once. */
		readonly inFlight: PushLoad;
	};
}

const mostKeyCharacters = 200;

/** A keyed push that has not answered by then is taken to have died. */
const claimMicros: Micros = 2_000_000n;

/**
 * Takes rows in. Resolves once the log has committed them (ONLINE: once the online store took them) and, where the
 * online store answers, once they are shown. Throws where nothing can be taken: UNKNOWN_SOURCE, UNKNOWN_VIEW,
 * BAD_USER_INPUT, LIMIT_EXCEEDED, OVERLOADED, FORBIDDEN, STORE_UNAVAILABLE.
 */
export type Push = (principal: Principal, input: PushInput) => Promise<PushPayload>;

export function pushService(deps: PushDeps): Push {
	const admit = pushAdmission(deps.limits.inFlight);
	return async (principal, input) => {
		const { project, idempotencyKey, rows, deletes } = input;
		requirePermission(principal, "WRITE_VALUES", project);
		const count = countOf(rows) + countOf(deletes);
		if (count > deps.limits.rows) {
			throw new FeaturegraphError(
				"LIMIT_EXCEEDED",
				`${count} rows in one push; at most ${deps.limits.rows} are taken.`,
				{
					name: "rows",
					hint: "Push them in parts; bulk data belongs in a file or table source.",
				},
			);
		}
		if (idempotencyKey === "" || (idempotencyKey?.length ?? 0) > mostKeyCharacters) {
			throw new FeaturegraphError("BAD_USER_INPUT", `An idempotency key has 1 to ${mostKeyCharacters} characters.`, {
				path: ["idempotencyKey"],
			});
		}
		const release = admit(principal.id, [rows, deletes]);
		try {
			return await (idempotencyKey === null
				? take(deps, input, null)
				: takeOnce(deps, principal.id, input, idempotencyKey));
		} finally {
			release();
		}
	};
}

const countOf = (given: GivenPush): number => ("rowCount" in given ? given.rowCount : given.length);

async function takeOnce(deps: PushDeps, principal: string, input: PushInput, key: string): Promise<PushPayload> {
	const pushId = pushIdOf(input.project, principal, key);
	const make = async () => parseJson(JSON.stringify(await take(deps, input, pushId))) as Json;
	// The log itself knows the keys that it has taken, so the key of a call whose process died is soon free again.
	const answer = await deps.idempotency.once(
		{ project: input.project, mutation: "push", principal },
		key,
		make,
		claimMicros,
	);
	return answer as unknown as PushPayload;
}

async function take(deps: PushDeps, input: PushInput, pushId: string | null): Promise<PushPayload> {
	const now = deps.clock.now();
	const target = targetOf(await deps.registry.snapshot(input.project), input.into);
	const read = readPushedRows(target, input, now, deps.skewMicros);
	const rows = input.to === "ONLINE" ? await fillPartial(deps.online, target, read.rows) : read.rows;
	const { fitting, rejected } = refuse(deps, target, input.to, { ...read, rows });
	if (fitting.length === 0) return { accepted: 0, stale: 0, rejected, warnings: read.warnings };
	const stale =
		input.to === "ONLINE"
			? await writeVolatile(deps, target, fitting, now)
			: await append(deps, target, { to: input.to, pushId }, fitting, now);
	return { accepted: fitting.length, stale, rejected, warnings: read.warnings };
}

/** Rows that no store could keep are refused at the door. */
function refuse(
	{ retentionMicros }: PushDeps,
	target: LogTarget,
	to: PushTarget,
	{ rows, rejected }: ReadRows,
): { fitting: PushedRow[]; rejected: UserError[] } {
	const packers = [...packersOf(target, retentionMicros).values()];
	const refused: UserError[] = [...rejected];
	const fitting = rows.filter((row) => {
		const place = { path: [row.path], index: row.index };
		if (to === "ONLINE" && row.dueAt !== null) {
			refused.push({
				code: "INVALID_TIMESTAMP",
				message: "The time of the row has not come yet, and nothing keeps it until then.",
				nearest: [],
				hint: "Push it to BOTH: the log hands it over when its time comes.",
				...place,
			});
			return false;
		}
		if (to === "OFFLINE") return true;
		try {
			for (const pack of packers) pack(row, null);
			return true;
		} catch (error) {
			if (!(error instanceof FeaturegraphError)) throw error;
			refused.push({ ...error.toUserError(), ...place });
			return false;
		}
	});
	return { fitting, rejected: refused };
}

async function append(
	deps: PushDeps,
	target: LogTarget,
	{ to, pushId }: { readonly to: PushTarget; readonly pushId: string | null },
	rows: readonly PushedRow[],
	now: Micros,
): Promise<number> {
	await ensureLogs(deps, target);
	const online = to === "BOTH" && target.online.length > 0;
	const due = dueAtOf(target, now);
	const appended = await deps.log.appendPush(target.log, rows, {
		online,
		dueAt: rows.map(({ dueAt }) => dueAt),
		pushId,
		partial:
			target.partial === null
				? null
				: {
						columns: target.partial,
						omitted: rows.map(({ omitted }) => omitted),
						dueAt: ({ values }) => due(values),
					},
	});
	// Taken before by a process that died: its handovers are among those that are due.
	if (appended === null) return 0;
	const { handovers, firstSeq, correcting } = appended;
	try {
		const stale = await deps.writer.apply(
			target,
			handovers.filter(({ dueAt }) => dueAt <= appended.ingestedAt),
			// Rows of partial views have been filled up in the log.
			target.partial === null ? { firstSeq, rows } : undefined,
		);
		const isStale = (_: PushedRow, index: number): boolean =>
			stale.has(firstSeq + BigInt(index)) && !correcting.has(index);
		return rows.filter(isStale).length;
	} catch (error) {
		// The log has them: they are acknowledged, and come online with the next drain.
		deps.logger.warn({ err: error, log: target.log.id }, "Pushed rows are in the log, and not online yet");
		return 0;
	}
}

/** A UUID that a key of a principal in a project always makes. */
function pushIdOf(project: string, principal: string, key: string): string {
	const hex = createHash("sha256")
		.update(JSON.stringify([project, principal, key]))
		.digest("hex");
	return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

const ensured = new WeakMap<Pick<OfflineLog, "ensure">, WeakSet<LogTarget>>();

/** Once per process and revision. */
async function ensureLogs({ log }: PushDeps, target: LogTarget): Promise<void> {
	let done = ensured.get(log);
	if (done === undefined) {
		done = new WeakSet();
		ensured.set(log, done);
	}
	if (done.has(target)) return;
	for (const definition of [target.log, ...target.indexed]) await log.ensure(definition);
	done.add(target);
}

/** Behind every sequence number of a log, so that the log's rows win among rows of one time; later pushes before earlier ones. */
const volatileOrigin = -(2n ** 62n);

async function writeVolatile(
	deps: PushDeps,
	target: LogTarget,
	rows: readonly PushedRow[],
	now: Micros,
): Promise<number> {
	if (target.online.length === 0) {
		throw new FeaturegraphError("BAD_USER_INPUT", "No view takes these rows online as they are pushed.", {
			hint: "Push to BOTH, and materialize the views that have SQL over the source.",
		});
	}
	const first = volatileOrigin + now;
	const stale = await deps.writer.write(
		target,
		rows.map((row, i) => ({ ...row, sequence: first + BigInt(i) })),
	);
	return stale.size;
}

function targetOf(snapshot: RegistrySnapshot, into: PushInput["into"]): LogTarget {
	const id = "source" in into ? sourceLogId(snapshot, into.source) : viewLogId(snapshot, into.view);
	const target = logTargets(snapshot).get(id);
	if (target === undefined) throw new Error(`The log ${id} of the project ${snapshot.project} has no target.`);
	return target;
}

function sourceLogId(snapshot: RegistrySnapshot, name: string): string {
	const current = snapshot.sources.get(name)?.current ?? null;
	if (current === null) {
		throw new FeaturegraphError(
			"UNKNOWN_SOURCE",
			`There is no source "${name}" in the project "${snapshot.project}".`,
			{
				path: ["into", "source"],
				name,
				nearest: nearestNames(name, currentNames(snapshot.sources)),
			},
		);
	}
	if (current.definition.origin.kind === "source") {
		throw new FeaturegraphError(
			"BAD_USER_INPUT",
			`The source "${name}" is derived from "${current.definition.origin.source}".`,
			{
				path: ["into", "source"],
				name,
				hint: "Push into the source that it reads.",
			},
		);
	}
	return sourceLogOf(current).id;
}

function viewLogId(snapshot: RegistrySnapshot, name: string): string {
	const current = snapshot.views.get(name)?.current ?? null;
	if (current === null) {
		throw new FeaturegraphError("UNKNOWN_VIEW", `There is no view "${name}" in the project "${snapshot.project}".`, {
			path: ["into", "view"],
			name,
			nearest: nearestNames(name, currentNames(snapshot.views)),
		});
	}
	if (current.kind === "ON_DEMAND") {
		throw new FeaturegraphError("BAD_USER_INPUT", `The view "${name}" is computed on demand: it takes no rows.`, {
			path: ["into", "view"],
			name,
			hint: "Push into the views that it reads.",
		});
	}
	return (logOf(current) ?? sourceLogOf(current.source)).id;
}
