/** Online values of view versions that nothing pins any more: kept until their retention is over, then dropped. */
import { viewPrefix } from "../../core/online/key.ts";
import type { AuditLog } from "../../core/ports/audit-log.ts";
import type { Bus } from "../../core/ports/bus.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { OnlineStore } from "../../core/ports/online-store.ts";
import type { RegistryStore } from "../../core/ports/registry-store.ts";
import type { WatermarkStore } from "../../core/ports/watermark-store.ts";
import { unpinnedVersions } from "../../core/registry/kept-versions.ts";
import type { Micros } from "../../core/values/value.ts";
import type { Registry } from "../registry/registry.ts";

export interface DropUnpinnedDeps {
	readonly registry: Pick<Registry, "projects" | "snapshot" | "unpin">;
	readonly noted: Pick<RegistryStore, "unpinned" | "cleared">;
	readonly online: Pick<OnlineStore, "drop">;
	readonly watermarks: Pick<WatermarkStore, "forget">;
	readonly audit: Pick<AuditLog, "append">;
	readonly bus: Pick<Bus, "publish">;
	readonly clock: Clock;
	readonly retentionMicros: Micros;
}

/**
 * One look at all projects. A version is due once every look of a whole retention has found it unpinned; before its keys go
 * it is said, under the lock that an apply takes, that it does not answer online. Who dies in between leaves it to the next look.
 */
export async function dropUnpinned(deps: DropUnpinnedDeps, signal: AbortSignal): Promise<void> {
	const { registry, noted, online, watermarks, audit, bus, clock } = deps;
	const before = clock.now() - deps.retentionMicros;
	const known = await noted.unpinned();
	for (const project of await registry.projects()) {
		if (signal.aborted) return;
		const snapshot = await registry.snapshot(project);
		const { projectId } = snapshot;
		const unpinned = new Set(unpinnedVersions(snapshot).map(({ id }) => id));
		const ids = [...snapshot.views.values()].flatMap(({ all }) => all.map(({ id }) => id));
		const isNews = ids.some((id) => unpinned.has(id) !== ((known.get(id)?.since ?? null) !== null));
		const isDue = [...unpinned].some((id) => {
			const { since = null, clearedAt = null } = known.get(id) ?? {};
			return since !== null && since <= before && (clearedAt === null || clearedAt < since);
		});
		// Most projects, most of the time: none needs to be locked.
		if (!isNews && !isDue) continue;
		for (const { id, version, definition } of await registry.unpin(project, before)) {
			if (signal.aborted) return;
			const values = await online.drop(viewPrefix(projectId, id));
			// Pinned and materialized while its keys went: the next run writes it as a whole.
			await watermarks.forget([id]);
			await bus.publish({ topic: "values", viewVersionId: id, keys: [] });
			await noted.cleared(id, clock.now());
			await audit.append({
				at: clock.now(),
				actor: "system:retention",
				action: "online.dropped",
				project,
				subject: `${definition.name}@${version}`,
				details: { values },
			});
		}
	}
}
