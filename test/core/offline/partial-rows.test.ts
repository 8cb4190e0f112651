/** Rows that leave features out: the log's whole rows say what the rules say of the rows as they were pushed. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { fillPartialRows, type PartialRow } from "../../../core/offline/partial-rows.ts";
import type { PartialColumns } from "../../../core/ports/offline-log.ts";
import { scalar } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { type OracleRow, type OracleView, pointInTimeOracle } from "../../oracle/point-in-time.ts";
import { columnsOf } from "../../support/registry-snapshot.ts";

const types = columnsOf({ event: "timestamp", created: "timestamp", tie: "string", a: "int64", b: "string" });
const columns: PartialColumns = { keys: [], features: [3, 4], order: [0, 1, 2] };
const view: OracleView = {
	keyTypes: [],
	featureTypes: [scalar("INT64"), scalar("STRING")],
	tieBreakTypes: [scalar("STRING")],
	ttl: null,
	available: { kind: "none" },
};

const row = fc.record({
	event: fc.bigInt({ min: 0n, max: 5n }),
	created: fc.option(fc.bigInt({ min: 0n, max: 1n })),
	tie: fc.constantFrom(null, "x"),
	a: fc.constantFrom(null, 1n, 2n, 3n),
	b: fc.constantFrom(null, "p", "q"),
	omitted: fc.subarray([3, 4]),
	deleted: fc.integer({ min: 0, max: 6 }).map((n) => n === 0),
});

type Logged = PartialRow & { readonly seq: bigint; readonly ingested: bigint };

/** All rows of one key as the log keeps them after each push, taken in at 0, 1, 2 … */
function log(pushes: readonly (readonly PartialRow[])[]): Logged[] {
	const stored: Logged[] = [];
	for (const [push, pushed] of pushes.entries()) {
		const { filled, corrected } = fillPartialRows(columns, types, { stored, pushed });
		for (const appended of [...filled, ...corrected]) {
			stored.push({ ...appended, seq: BigInt(stored.length), ingested: BigInt(push) });
		}
	}
	return stored;
}

const oracleRow = ({ values, deleted }: PartialRow, seq: bigint, ingested: bigint): OracleRow => {
	const [event, created, tie, ...features] = values;
	return {
		keys: [],
		event: event as bigint,
		created: created as bigint | null,
		available: null,
		tieBreak: [tie as Value],
		seq,
		ingested,
		deleted,
		features,
	};
};

it("reads as the rows that were pushed, at every instant and as of every instant", () => {
	fc.assert(
		fc.property(fc.array(fc.array(row, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 7 }), (written) => {
			const pushes = written.map((rows) =>
				rows.map(({ event, created, tie, a, b, omitted, deleted }): PartialRow => {
					const features = deleted ? [null, null] : [omitted.includes(3) ? null : a, omitted.includes(4) ? null : b];
					return { values: [event, created, tie, ...features], omitted: deleted ? [] : omitted, deleted };
				}),
			);
			let seq = 0n;
			const pushed = pushes.flatMap((rows, push) =>
				rows.map((one) => ({
					...oracleRow(one, seq++, BigInt(push)),
					omitted: columns.features.map((position) => one.omitted.includes(position)),
				})),
			);
			const kept = log(pushes).map((one) => oracleRow(one, one.seq, one.ingested));
			const labels = [0n, 1n, 2n, 3n, 4n, 5n].map((ts) => ({ keys: [], ts }));
			for (let at = 0n; at < BigInt(pushes.length); at++) {
				const known = { kind: "at", at } as const;
				expect(pointInTimeOracle(view, kept, labels, known)).toEqual(pointInTimeOracle(view, pushed, labels, known));
			}
		}),
		{ numRuns: 2000 },
	);
});

it("needs no more of what is stored than the rows from the one before the earliest pushed on", () => {
	const whole = (event: bigint, a: bigint): PartialRow => ({
		values: [event, null, null, a, "p"],
		omitted: [],
		deleted: false,
	});
	const partial: PartialRow = { values: [2n, null, null, null, "q"], omitted: [3], deleted: false };
	const stored = [
		{ ...whole(1n, 7n), seq: 5n },
		{ ...partial, values: [3n, null, null, 7n, "r"], seq: 6n },
	];
	const late: PartialRow = { values: [2n, null, null, 9n, null], omitted: [4], deleted: false };
	const { filled, corrected } = fillPartialRows(columns, types, { stored, pushed: [late] });
	expect(filled.map(({ values }) => values)).toEqual([[2n, null, null, 9n, "p"]]);
	expect(corrected.map(({ values }) => values)).toEqual([[3n, null, null, 9n, "r"]]);
});
