/** What a project takes of the online store, and how all of it is forgotten: for operators, not for the hot path. */
import { requirePermission } from "../../core/access/require-permission.ts";
import { projectPrefix } from "../../core/online/key.ts";
import type { AuditLog } from "../../core/ports/audit-log.ts";
import type { Bus } from "../../core/ports/bus.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { OnlineStore, OnlineUsage } from "../../core/ports/online-store.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { WatermarkStore } from "../../core/ports/watermark-store.ts";
import { keptVersions } from "../../core/registry/kept-versions.ts";
import type { BatchViewVersion, RegistrySnapshot } from "../../core/registry/snapshot.ts";

export interface OnlineValuesDeps {
	readonly registry: Pick<RegistryReader, "snapshot">;
	readonly online: Pick<OnlineStore, "measure" | "drop">;
	readonly watermarks: Pick<WatermarkStore, "forget">;
	readonly audit: Pick<AuditLog, "append">;
	readonly bus: Pick<Bus, "publish">;
	readonly clock: Clock;
}

export interface ViewVersionUsage extends OnlineUsage {
	readonly view: string;
	readonly version: number;
	/** Whether anything reads it: what nothing does is dropped once its retention is over. */
	readonly isPinned: boolean;
}

export interface ProjectUsage extends OnlineUsage {
	/** Those that hold values, by name and version. */
	readonly views: readonly ViewVersionUsage[];
}

/** FORBIDDEN, UNKNOWN_PROJECT, STORE_UNAVAILABLE; rejects with the signal's reason. */
export async function onlineUsage(
	{ registry, online }: OnlineValuesDeps,
	principal: Principal,
	project: string,
	signal: AbortSignal,
): Promise<ProjectUsage> {
	requirePermission(principal, "READ", project);
	const snapshot = await registry.snapshot(project);
	const measured = await online.measure(projectPrefix(snapshot.projectId), signal);
	const pinned = new Set(keptVersions(snapshot).map(({ id }) => id));
	const views = batchVersions(snapshot).flatMap(({ id, definition, version }) => {
		const usage = measured.get(id);
		return usage === undefined ? [] : [{ view: definition.name, version, isPinned: pinned.has(id), ...usage }];
	});
	const sum = (of: keyof OnlineUsage): number => views.reduce((all, usage) => all + usage[of], 0);
	return { entities: sum("entities"), bytes: sum("bytes"), views };
}

/**
 * Forgets all online values of a project; how many. Definitions, logs and training data stay, and the next materialization of a
 * view writes it as a whole. It goes on to its end though the caller may have left; repeating it does no harm. FORBIDDEN,
 * UNKNOWN_PROJECT, STORE_UNAVAILABLE.
 */
export async function dropOnlineValues(
	{ registry, online, watermarks, audit, bus, clock }: OnlineValuesDeps,
	principal: Principal,
	project: string,
): Promise<number> {
	requirePermission(principal, "WRITE_VALUES", project);
	requirePermission(principal, "WRITE_DEFINITIONS", project);
	const snapshot = await registry.snapshot(project);
	const versions = batchVersions(snapshot).map(({ id }) => id);
	const entry = { actor: principal.id, project, subject: project };
	// Before: that it was asked for is known, whatever comes of it.
	await audit.append({ ...entry, at: clock.now(), action: "online.drop", details: {} });
	const dropped = await online.drop(projectPrefix(snapshot.projectId));
	await watermarks.forget(versions);
	await Promise.all(versions.map((viewVersionId) => bus.publish({ topic: "values", viewVersionId, keys: [] })));
	await audit.append({ ...entry, at: clock.now(), action: "online.dropped", details: { values: dropped } });
	return dropped;
}

const batchVersions = ({ views }: RegistrySnapshot): BatchViewVersion[] =>
	[...views.values()].flatMap(({ all }) => all).filter((version) => version.kind === "BATCH");
