import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { LogDefinition, LogRow, OnlineHandover } from "../../../core/ports/offline-log.ts";
import { arrayOf, type Column, scalar, scalarTypes } from "../../../core/values/type.ts";
import type { Micros, Value } from "../../../core/values/value.ts";
import { createPostgresLog } from "../../../stores/log/postgres-log.ts";
import { postgresRunStore } from "../../../stores/postgres/runs/run-store.ts";
import { valueOf } from "../../support/arbitrary-values.ts";
import { testDatabase } from "../../support/database.ts";
import { storeViews } from "../../support/stored-view.ts";

const start: Micros = 1_700_000_000_123_457n;
const second = 1_000_000n;

let lastId = 0;
function newLog(columns: readonly Column[] = [{ name: "airport", type: scalar("STRING") }]): LogDefinition {
	lastId += 1;
	return {
		id: `source_${lastId}`,
		columns: [...columns, { name: "at", type: scalar("TIMESTAMP") }],
		eventTime: "at",
		index: ["airport", "at"],
	};
}

const row = (airport: string, at: Micros = start): LogRow => ({ values: [airport, at], deleted: false });

describe("the offline log on PostgreSQL", () => {
	const test = testDatabase();
	const clock = { time: start, now: () => clock.time };
	const open = () => createPostgresLog(test.database, clock);
	const appendOnly = (rows: readonly LogRow[]) => ({ online: false, dueAt: rows.map(() => null) });
	const contentOf = async (log: LogDefinition) => {
		const last = (await open().positions([log.id])).get(log.id) ?? 0n;
		return await open().rowsOf(log, { id: 0n, log: log.id, firstSeq: 1n, lastSeq: last, dueAt: 0n });
	};

	it("keeps rows in their order, with gapless sequence numbers and the time they were taken in", async () => {
		const log = newLog();
		await open().ensure(log);
		expect(await open().positions([log.id, "source_999"])).toEqual(
			new Map([
				[log.id, 0n],
				["source_999", 0n],
			]),
		);
		const first = await open().append(log, [row("JFK"), row("SFO")], appendOnly([row("JFK"), row("SFO")]));
		expect(first).toEqual({ firstSeq: 1n, lastSeq: 2n, ingestedAt: start, handovers: [] });
		const tombstone: LogRow = { values: ["JFK", start + 1n], deleted: true };
		const next = await open().append(log, [tombstone], appendOnly([tombstone]));
		expect(next.firstSeq).toBe(3n);
		expect(await open().positions([log.id])).toEqual(new Map([[log.id, 3n]]));
		expect(await contentOf(log)).toEqual([
			{ ...row("JFK"), seq: 1n, ingestedAt: start },
			{ ...row("SFO"), seq: 2n, ingestedAt: start },
			{ ...tombstone, seq: 3n, ingestedAt: start },
		]);
	});

	it("takes a batch of a run once, whoever appends it and at the same time", async () => {
		const log = newLog();
		await open().ensure(log);
		const { projectId } = await storeViews(test.database, "batches", ["view"]);
		const runId = randomUUID();
		await postgresRunStore(test.database).create({
			id: runId,
			projectId,
			project: "batches",
			kind: "backfill",
			request: {},
			createdBy: "test",
			createdAt: start,
			audit: null,
		});
		const rows = [row("JFK"), row("SFO")];
		const append = (number: number) =>
			open().appendOnce({ runId, number }, log, rows, { online: true, dueAt: [null, null] });
		const appended = await Promise.all(Array.from({ length: 6 }, (_, i) => append(i % 2)));
		expect(appended.filter((batch) => batch !== null).map(({ handovers }) => handovers.length)).toEqual([1, 1]);
		expect(await append(1)).toBeNull();
		expect(await open().positions([log.id])).toEqual(new Map([[log.id, 4n]]));
		await open().settle((await open().due(start, 10)).map(({ id }) => id));
	});

	it("never takes the ingestion time back when a clock runs behind", async () => {
		const log = newLog();
		await open().ensure(log);
		clock.time = start + 5n * second;
		const ahead = await open().append(log, [row("JFK")], appendOnly([row("JFK")]));
		clock.time = start;
		const behind = await open().append(log, [row("JFK")], appendOnly([row("JFK")]));
		expect([ahead.ingestedAt, behind.ingestedAt]).toEqual([start + 5n * second, start + 5n * second]);
	});

	it("keeps every value of every type", async () => {
		const columns = scalarTypes.flatMap((name): Column[] => [
			{ name: `the_${name.toLowerCase()}`, type: scalar(name) },
			...(name === "JSON" ? [] : [{ name: `list_${name.toLowerCase()}`, type: arrayOf(name) }]),
		]);
		const log = newLog([{ name: "airport", type: scalar("STRING") }, ...columns]);
		await open().ensure(log);
		const values = fc.tuple(
			fc.constant<Value>("JFK"),
			...columns.map(({ type }) => valueOf(type)),
			fc.constant<Value>(start),
		);
		await fc.assert(
			fc.asyncProperty(fc.array(values, { minLength: 1, maxLength: 20 }), async (lists) => {
				const rows = lists.map((list): LogRow => ({ values: list, deleted: false }));
				const { firstSeq, lastSeq } = await open().append(log, rows, appendOnly(rows));
				const stored = await open().rowsOf(log, { id: 0n, log: log.id, firstSeq, lastSeq, dueAt: 0n });
				expect(stored.map((each) => each.values)).toStrictEqual(lists);
			}),
			{ numRuns: 30 },
		);
	});

	it("takes a row alone as it takes the same row among others", async () => {
		const columns = scalarTypes.flatMap((name): Column[] => [
			{ name: `the_${name.toLowerCase()}`, type: scalar(name) },
			...(name === "JSON" ? [] : [{ name: `list_${name.toLowerCase()}`, type: arrayOf(name) }]),
		]);
		const one = newLog([{ name: "airport", type: scalar("STRING") }, ...columns]);
		const among = newLog([{ name: "airport", type: scalar("STRING") }, ...columns]);
		await Promise.all([open().ensure(one), open().ensure(among)]);
		const anyRow = fc.record<LogRow>({
			values: fc.tuple(
				fc.constant<Value>("JFK"),
				...columns.map(({ type }) => fc.option(valueOf(type), { nil: null })),
				fc.constant<Value>(start),
			),
			deleted: fc.boolean(),
		});
		const due = fc.option(fc.bigInt({ min: start - 5n * second, max: start + 5n * second }), { nil: null });
		await fc.assert(
			fc.asyncProperty(anyRow, due, fc.boolean(), async (pushed, dueAt, online) => {
				const log = open();
				const alone = await log.append(one, [pushed], { online, dueAt: [dueAt] });
				const other = await log.append(among, [pushed, row("SFO")].map(widened), {
					online,
					dueAt: [dueAt, start + 9n * second],
				});
				const [inOne] = await log.rowsOf(one, { id: 0n, log: one.id, ...alone, dueAt: 0n });
				const [inAmong] = await log.rowsOf(among, { id: 0n, log: among.id, ...other, dueAt: 0n });
				expect({ ...inOne, seq: null }).toStrictEqual({ ...inAmong, seq: null });
				const told = (handovers: readonly OnlineHandover[]) => handovers.map((handover) => handover.dueAt);
				expect(told(alone.handovers)).toEqual(told(other.handovers.slice(0, 1)));
				const found = await log.due(start + 3600n * second, 10);
				expect(found).toEqual(expect.arrayContaining([...alone.handovers, ...other.handovers]));
				expect(found).toHaveLength(online ? 3 : 0);
				await log.settle(found.map(({ id }) => id));
			}),
			{ numRuns: 40 },
		);
		function widened({ values, deleted }: LogRow): LogRow {
			if (values.length > 2) return { values, deleted };
			return { values: [values[0] ?? null, ...columns.map(() => null), values[1] ?? null], deleted };
		}
	});

	it("refuses what it cannot hold by row and appends nothing of that call", async () => {
		const log = newLog();
		await open().ensure(log);
		const refused = async (rows: readonly LogRow[]) =>
			await open()
				.append(log, rows, { online: true, dueAt: [] })
				.catch((error: unknown) =>
					error instanceof FeaturegraphError ? { code: error.code, ...error.details } : error,
				);
		expect(await refused([row("JFK"), row("S\0O")])).toEqual({ code: "INVALID_VALUE", name: "airport", index: 1 });
		expect(await refused([{ values: ["JFK", null], deleted: false }])).toMatchObject({ name: "at", index: 0 });
		expect(await refused([row("x".repeat(3000))])).toMatchObject({ code: "INVALID_VALUE", index: 0 });
		expect(await contentOf(log)).toEqual([]);
		const incompressible = Array.from({ length: 2400 }, (_, i) => String.fromCharCode(33 + ((i * i * 7919) % 90)));
		await open().append(log, [row(incompressible.join("").slice(0, 2360))], { online: false, dueAt: [null] });
		expect(await open().due(start + 3600n * second, 10)).toEqual([]);
	});

	it("appends rows and handovers together or not at all", async () => {
		const log = newLog();
		await open().ensure(log);
		await test.database.pool.query("ALTER TABLE featuregraph.handovers ADD CONSTRAINT refuse CHECK (first_seq <> 2)");
		try {
			const rows = [row("JFK"), row("SFO")];
			await expect(open().append(log, rows, { online: true, dueAt: [null, start + second] })).rejects.toThrow();
			expect(await contentOf(log)).toEqual([]);
			expect(await open().positions([log.id])).toEqual(new Map([[log.id, 0n]]));
			expect(await open().due(start + 3600n * second, 10)).toEqual([]);
		} finally {
			await test.database.pool.query("ALTER TABLE featuregraph.handovers DROP CONSTRAINT refuse");
		}
	});

	it("appends what comes at once together, each with its own positions and handovers; a bad one alone is refused", async () => {
		const log = newLog();
		const together = open();
		await together.ensure(log);
		const later = start + 10n * second;
		const asked = Array.from({ length: 30 }, (_, i) => {
			const rows = Array.from({ length: 1 + (i % 3) }, (__, j) => row(i === 17 && j === 2 ? "S\0O" : `A${i}_${j}`));
			// Neighbours are due at the same time, within an append and across them.
			return { rows, dueAt: rows.map((__, j) => (i % 5 === 4 && j === 1 ? later : null)) };
		});
		const results = await Promise.allSettled(
			asked.map(({ rows, dueAt }) => together.append(log, rows, { online: true, dueAt })),
		);
		const kept = results.flatMap((result, i) => (result.status === "fulfilled" ? [{ ...result.value, i }] : []));
		expect(results[17]).toMatchObject({ reason: { code: "INVALID_VALUE", details: { name: "airport", index: 2 } } });
		expect(kept.map(({ i }) => i)).toEqual(asked.flatMap((_, i) => (i === 17 ? [] : [i])));
		for (const { i, firstSeq, lastSeq, handovers } of kept) {
			const { rows, dueAt } = asked[i] as (typeof asked)[number];
			const stored = await together.rowsOf(log, { id: 0n, log: log.id, firstSeq, lastSeq, dueAt: 0n });
			expect(stored.map(({ values }) => values)).toEqual(rows.map(({ values }) => values));
			const seqs = handovers.flatMap((handover) =>
				Array.from({ length: Number(handover.lastSeq - handover.firstSeq) + 1 }, (_, n) => ({
					seq: handover.firstSeq + BigInt(n),
					later: handover.dueAt === later,
				})),
			);
			expect(seqs).toEqual(dueAt.map((due, row) => ({ seq: firstSeq + BigInt(row), later: due === later })));
		}
		await together.settle((await together.due(later, 100)).map(({ id }) => id));
	});

	it("commits those that came while one was under way at once", async () => {
		const log = newLog();
		const together = open();
		await together.ensure(log);
		const appended = await Promise.all(
			Array.from({ length: 12 }, (_, i) => together.append(log, [row(`B${i}`)], { online: true, dueAt: [null] })),
		);
		expect(appended.map(({ firstSeq }) => firstSeq)).toEqual(appended.map((_, i) => BigInt(i + 1)));
		const { rows } = await test.database.pool.query(
			"SELECT DISTINCT xmin::text FROM featuregraph.handovers WHERE log = $1",
			[log.id],
		);
		// The first goes alone, those that came meanwhile together.
		expect(rows).toHaveLength(2);
		await together.settle(appended.flatMap(({ handovers }) => handovers.map(({ id }) => id)));
	});

	it("hands over what is due, in order, until it is settled", async () => {
		const log = newLog();
		await open().ensure(log);
		const later = start + 10n * second;
		const rows = ["a", "b", "c", "d", "e"].map((airport) => row(airport));
		const dueAt = [null, null, later, later, start - second];
		const { handovers } = await open().append(log, rows, { online: true, dueAt });
		expect(handovers.map(({ firstSeq, lastSeq, dueAt: at }) => [firstSeq, lastSeq, at])).toEqual([
			[1n, 2n, start],
			[3n, 4n, later],
			[5n, 5n, start],
		]);
		const [now, waiting, past] = handovers;
		expect(await open().due(start, 10)).toEqual([now, past]);
		expect(await open().due(start, 1)).toEqual([now]);
		expect(await open().nextDue(start)).toBe(later);
		expect(await open().due(later, 10)).toEqual([now, past, waiting]);
		expect(await open().nextDue(later)).toBeNull();
		const handed = waiting === undefined ? [] : await open().rowsOf(log, waiting);
		expect(handed.map(({ values }) => values[0])).toEqual(["c", "d"]);
		await open().settle(handovers.flatMap(({ id }) => (id === waiting?.id ? [] : [id])));
		expect(await open().due(later, 10)).toEqual([waiting]);
		await open().settle(handovers.map(({ id }) => id));
		expect(await open().due(later, 10)).toEqual([]);
	});

	it("never shows a position below which a row is still to come, under concurrent appends", async () => {
		const log = newLog();
		await open().ensure(log);
		let appending = true;
		const readers = Array.from({ length: 2 }, async () => {
			let checks = 0;
			while (appending) {
				const position = (await open().positions([log.id])).get(log.id) ?? 0n;
				const { rows } = await test.database.pool.query<{ n: bigint }>(
					`SELECT count(*) AS n FROM featuregraph_log.${log.id} WHERE __seq <= $1`,
					[position],
				);
				expect(rows[0]?.n).toBe(position);
				checks += 1;
			}
			return checks;
		});
		const batch = (writer: number, n: number) => Array.from({ length: n }, (_, i) => row(`${writer}_${i}`));
		const writers = Array.from({ length: 5 }, async (_, writer) => {
			for (let n = 1; n <= 20; n++) {
				const rows = batch(writer, n * 5);
				const { firstSeq, lastSeq } = await open().append(log, rows, { online: true, dueAt: [] });
				expect(lastSeq - firstSeq + 1n).toBe(BigInt(rows.length));
			}
		});
		await Promise.all(writers).finally(() => {
			appending = false;
		});
		expect(Math.min(...(await Promise.all(readers)))).toBeGreaterThan(0);
		const stored = await contentOf(log);
		expect(stored).toHaveLength(5 * 5 * 210);
		expect(stored.every(({ ingestedAt }, i) => i === 0 || ingestedAt >= (stored[i - 1]?.ingestedAt ?? 0n))).toBe(true);
		await open().settle((await open().due(start + 3600n * second, 1000)).map(({ id }) => id));
	});

	it("is made once, grows by columns, and refuses another type for one", async () => {
		const log = newLog();
		await Promise.all([open().ensure(log), open().ensure(log), open().ensure(log)]);
		await open().append(log, [row("JFK")], appendOnly([row("JFK")]));
		const wider: LogDefinition = { ...log, columns: [...log.columns, { name: "delay", type: scalar("FLOAT64") }] };
		await open().ensure(wider);
		const rows: LogRow[] = [{ values: ["SFO", start, -0], deleted: false }];
		await open().append(wider, rows, appendOnly(rows));
		expect((await contentOf(wider)).map(({ values }) => values)).toStrictEqual([
			["JFK", start, null],
			["SFO", start, -0],
		]);
		const other: LogDefinition = {
			...log,
			columns: [{ name: "airport", type: scalar("INT64") }, ...log.columns.slice(1)],
		};
		await expect(open().ensure(other)).rejects.toThrow(/"airport".*is text; it cannot become bigint/);
	});

	it("says which log is missing", async () => {
		await expect(open().append(newLog(), [row("JFK")], appendOnly([row("JFK")]))).rejects.toThrow(
			/no offline log "source_/,
		);
	});

	it("takes tens of thousands of rows at once, with one handover", async () => {
		const log = newLog([
			{ name: "airport", type: scalar("STRING") },
			...Array.from({ length: 6 }, (_, f) => ({ name: `f${f}`, type: scalar("FLOAT64") })),
		]);
		await open().ensure(log);
		const rows = Array.from({ length: 50_000 }, (_, i): LogRow => {
			const features = Array.from({ length: 6 }, (__, f) => Math.sin(i * f));
			return { values: [`airport ${i % 1000}`, ...features, start + BigInt(i)], deleted: false };
		});
		const { handovers } = await open().append(log, rows, { online: true, dueAt: rows.map(() => null) });
		expect(handovers).toHaveLength(1);
		expect(await open().positions([log.id])).toEqual(new Map([[log.id, 50_000n]]));
	});
});
