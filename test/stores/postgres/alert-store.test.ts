import { beforeAll, describe, expect, it } from "vitest";
import type { AlertObservation, AlertStore } from "../../../core/ports/alert-store.ts";
import { postgresAlertStore } from "../../../stores/postgres/alerts/alert-store.ts";
import { postgresFreshnessStore } from "../../../stores/postgres/alerts/freshness-store.ts";
import { testDatabase } from "../../support/database.ts";
import { storeViews } from "../../support/stored-view.ts";

describe("alerts in PostgreSQL", () => {
	const test = testDatabase();
	let alerts: AlertStore;
	let observation: AlertObservation;
	beforeAll(async () => {
		alerts = postgresAlertStore(test.database);
		const { projectId, versionIds } = await storeViews(test.database, "default", ["delays", "weather"]);
		observation = {
			projectId,
			project: "default",
			kind: "FRESHNESS",
			subject: { view: "delays", viewVersionId: versionIds[0] as number, feature: null },
			signal: "breach",
			severity: "error",
			message: "Late.",
			value: 500,
			threshold: 300,
			at: 1_000_000n,
		};
	});
	const everything = () => ({ projectId: observation.projectId, kinds: null, states: null });
	const clear = (at: bigint) => alerts.observe({ ...observation, signal: "clear", at });

	it("open once for many workers that see the same, and tell each transition once", async () => {
		const seen = await Promise.all(Array.from({ length: 6 }, () => alerts.observe(observation)));
		const told = seen.filter((event) => event !== null);
		expect(told).toHaveLength(1);
		expect(told[0]).toMatchObject({ from: null, to: "FIRING", alert: { state: "FIRING", value: 500 } });
		expect(await alerts.open(observation.projectId, "FRESHNESS")).toHaveLength(1);
		expect(await clear(2_000_000n)).toMatchObject({ from: "FIRING", to: "RESOLVED", alert: { id: told[0]?.alert.id } });
		expect(await clear(3_000_000n)).toBeNull();
		const again = await alerts.observe(observation);
		expect(again?.alert.id).not.toBe(told[0]?.alert.id);
		await clear(4_000_000n);
	});

	it("keep in an event what the alert was at the transition", async () => {
		const fired = await alerts.observe({ ...observation, at: 5_000_001n });
		const id = fired?.alert.id as string;
		const acknowledged = await alerts.acknowledge(id, "token:ci", "looking", 6_000_000n);
		expect(acknowledged?.event).toMatchObject({
			from: "FIRING",
			to: "ACKNOWLEDGED",
			alert: { acknowledgedBy: "token:ci" },
		});
		expect((await alerts.acknowledge(id, "other", null, 7_000_000n))?.event).toBeNull();
		await clear(8_000_000n);
		const { events } = await alerts.events(everything(), (fired?.sequence as bigint) - 1n, 10);
		expect(events.map(({ to, alert }) => [to, alert.state, alert.acknowledgedBy])).toEqual([
			["FIRING", "FIRING", null],
			["ACKNOWLEDGED", "ACKNOWLEDGED", "token:ci"],
			["RESOLVED", "RESOLVED", "token:ci"],
		]);
		expect(events[0]?.alert.startedAt).toBe(5_000_001n);
		expect(await alerts.get(id)).toMatchObject({ state: "RESOLVED", note: "looking" });
	});

	it("number events in the order of their commits: a reader that follows misses none", async () => {
		const start = await alerts.lastSequence(observation.projectId);
		let position = start;
		const read: bigint[] = [];
		let writing = true;
		const reader = (async () => {
			for (;;) {
				const more = writing;
				const { events, last } = await alerts.events(everything(), position, 3);
				read.push(...events.map(({ sequence }) => sequence));
				if (!more && last === position) return;
				position = last;
			}
		})();
		await Promise.all(
			Array.from({ length: 12 }, async (_, index) => {
				const subject = { ...observation.subject, feature: `f${index}` };
				await alerts.observe({ ...observation, subject });
				await alerts.observe({ ...observation, subject, signal: "clear" });
			}),
		);
		writing = false;
		await reader;
		const { events } = await alerts.events(everything(), start, 1000);
		expect(read).toEqual(events.map(({ sequence }) => sequence));
		expect(read).toHaveLength(24);
	});

	it("page, by view and feature and state", async () => {
		const filter = { ...everything(), subject: { view: "delays", feature: null } };
		const first = await alerts.list(filter, { first: 4, after: null });
		expect(first.rows).toHaveLength(4);
		expect(first.hasNextPage).toBe(true);
		const second = await alerts.list(filter, { first: 100, after: first.rows.at(-1)?.id as string });
		expect(second.hasNextPage).toBe(false);
		expect(new Set([...first.rows, ...second.rows].map(({ id }) => id)).size).toBe(15);
		const one = await alerts.list(
			{ ...filter, subject: { view: "delays", feature: "f3" } },
			{ first: 10, after: null },
		);
		expect(one.rows.map(({ subject }) => subject.feature)).toEqual(["f3"]);
		expect((await alerts.list({ ...filter, states: ["FIRING"] }, { first: 10, after: null })).rows).toEqual([]);
	});

	it("know which cursors they can go on from", async () => {
		const { projectId } = observation;
		const last = await alerts.lastSequence(projectId);
		const { events } = await alerts.events(everything(), 0n, 1);
		const first = events[0]?.sequence as bigint;
		expect(await alerts.cursorState(projectId, first)).toBe("valid");
		expect(await alerts.cursorState(projectId, last + 1000n)).toBe("unknown");
		while ((await alerts.expireEvents(10n ** 15n, 5)) > 0);
		expect(await alerts.cursorState(projectId, first)).toBe("expired");
		expect(await alerts.cursorState(projectId, last)).toBe("valid");
	});

	it("remember the newest event time that was served", async () => {
		const freshness = postgresFreshnessStore(test.database);
		const id = observation.subject.viewVersionId;
		await freshness.recordServed(new Map([[id, { eventTime: 10n, servedAt: 20n }]]));
		await freshness.recordServed(new Map([[id, { eventTime: 9n, servedAt: 30n }]]));
		expect(await freshness.served([id])).toEqual(new Map([[id, { eventTime: 10n, servedAt: 20n }]]));
	});
});
