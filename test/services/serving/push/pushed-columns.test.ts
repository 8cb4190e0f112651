import { Int64, Null, Table, tableToIPC, Uint64, Utf8, type Vector, vectorFromArray } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { featureValueEncoder } from "../../../../core/values/feature-value-out.ts";
import { parseJson } from "../../../../core/values/parse-json.ts";
import { type Column, formatValueType, scalar, type ValueType } from "../../../../core/values/type.ts";
import type { Value } from "../../../../core/values/value.ts";
import { type GivenPush, readPushedRows } from "../../../../services/serving/push/push-rows.ts";
import { logTargets } from "../../../../services/serving/write/log-targets.ts";
import { arrowStreams } from "../../../../stores/offline/arrow/arrow-streams.ts";
import { anyType, valueOf } from "../../../support/arbitrary-values.ts";
import { batchView, entity, pushSource, snapshotOf } from "../../../support/registry-snapshot.ts";

const now = 1_704_067_200_000_000n;
const second = 1_000_000n;
const ofSource: readonly Column[] = [
	{ name: "device", type: scalar("INT64") },
	{ name: "event_time", type: scalar("TIMESTAMP") },
];

interface Given extends Column {
	readonly values: readonly Value[];
}

/** A push source of these features, with a view of all, and what it makes of rows. */
function reading(features: readonly Column[]): (rows: GivenPush) => ReturnType<typeof readPushedRows> {
	const types = Object.fromEntries(features.map(({ name, type }) => [name, formatValueType(type)]));
	const source = pushSource(1, "readings", { device: "int64", event_time: "timestamp", ...types });
	const view = batchView(1, "stats", [entity(1, "device", { device: "int64" })], source, types);
	const [target] = logTargets(snapshotOf({ sources: [source], views: [view] })).values();
	if (target === undefined) throw new Error("no log");
	return (rows) => readPushedRows(target, { rows, deletes: [] }, now, 300n * second);
}

const asArrow = (columns: readonly Given[], rowCount: number) =>
	arrowStreams.read(arrowStreams.write(columns, rowCount, {}), 1000);

const asJson = (columns: readonly Given[], rowCount: number): unknown[] => {
	const encoders = columns.map(({ type }) => featureValueEncoder(type));
	const rows = Array.from({ length: rowCount }, (_, row) =>
		Object.fromEntries(columns.map(({ name, values }, i) => [name, encoders[i]?.(values[row] ?? null)])),
	);
	return parseJson(JSON.stringify(rows)) as unknown[];
};

/** JSON writes -0 as 0. */
const withoutMinusZero = (values: readonly Value[]): Value[] =>
	values.map((value) =>
		Array.isArray(value) ? withoutMinusZero(value as Value[]) : value === 0 ? 0 : value,
	) as Value[];

const anyRows = fc
	.tuple(fc.array(anyType, { minLength: 1, maxLength: 4 }), fc.integer({ min: 0, max: 12 }))
	.chain(([types, rowCount]) => {
		const column = (name: string, type: ValueType, values: fc.Arbitrary<Value> = valueOf(type)) =>
			fc.array(values, { minLength: rowCount, maxLength: rowCount }).map((all): Given => ({ name, type, values: all }));
		const time = fc.option(fc.bigInt({ min: now - 400n * second, max: now + 400n * second }), { freq: 8 });
		return fc.record({
			rowCount: fc.constant(rowCount),
			columns: fc.tuple(
				column("device", scalar("INT64")),
				column("event_time", scalar("TIMESTAMP"), time),
				...types.map((type, index) => column(`f${index}`, type)),
			),
		});
	});

it("makes of Arrow what it makes of the same rows as JSON: values, rejected rows, warnings", () => {
	fc.assert(
		fc.property(anyRows, ({ rowCount, columns }) => {
			const read = reading(columns.slice(ofSource.length));
			const [typed, json] = [read(asArrow(columns, rowCount)), read(asJson(columns, rowCount))];
			const told = ({ rows, rejected, warnings }: typeof typed) => ({
				rows: rows.map(({ values, ...row }) => ({ ...row, values: withoutMinusZero(values) })),
				rejected,
				warnings,
			});
			expect(told(typed)).toEqual(told(json));
		}),
		{ numRuns: 200 },
	);
});

const feature = (type: ValueType) => reading([{ name: "f", type }]);
const keys = (count: number): Given[] => [
	{ name: "device", type: scalar("INT64"), values: Array.from({ length: count }, (_, row) => BigInt(row)) },
	{ name: "event_time", type: scalar("TIMESTAMP"), values: new Array<Value>(count).fill(now) },
];
/** Rows with a feature in this type, pushed where the log has that one: the values taken, and which rows are not. */
function taken(from: ValueType, values: readonly Value[], to: ValueType) {
	const { rows, rejected } = feature(to)(
		asArrow([...keys(values.length), { name: "f", type: from, values }], values.length),
	);
	return [rows.map((row) => row.values[2]), rejected.map(({ index, code }) => [index, code])];
}

describe("a column of another type", () => {
	it("is converted where each value has a counterpart, and the row is named where it has none", () => {
		expect(taken(scalar("INT32"), [1, -1], scalar("INT64"))).toEqual([[1n, -1n], []]);
		expect(taken(scalar("FLOAT64"), [2, 2.5, null], scalar("INT64"))).toEqual([[2n, null], [[1, "INVALID_VALUE"]]]);
		expect(taken(scalar("INT64"), [2n ** 53n + 1n, 3n], scalar("FLOAT64"))).toEqual([[3], [[0, "INVALID_VALUE"]]]);
		expect(taken(scalar("STRING"), ['{"b":1, "a":2}', "{", "null"], scalar("JSON"))).toEqual([
			['{"a":2,"b":1}', null],
			[[1, "INVALID_VALUE"]],
		]);
	});

	it("is rounded from 64 to 32 bits, alone and in lists", () => {
		const rounded = Math.fround(0.1);
		expect(taken(scalar("FLOAT64"), [0.1, 1e300, Number.NaN], scalar("FLOAT32"))).toEqual([
			[rounded, Number.NaN],
			[[1, "INVALID_VALUE"]],
		]);
		const [lists, single] = [
			{ scalar: "FLOAT64", isArray: true } as const,
			{ scalar: "FLOAT32", isArray: true } as const,
		];
		expect(taken(lists, [[0.1, null], [1e300], null], single)).toEqual([
			[[rounded, null], null],
			[[1, "INVALID_VALUE"]],
		]);
	});

	it("holds nothing that no store could keep", () => {
		expect(taken(scalar("STRING"), ["a\0b", "ab"], scalar("STRING"))).toEqual([["ab"], [[0, "INVALID_VALUE"]]]);
		expect(taken(scalar("TIMESTAMP"), [2n ** 62n, 0n], scalar("TIMESTAMP"))).toEqual([[0n], [[0, "INVALID_VALUE"]]]);
		expect(taken(scalar("DATE"), [2 ** 30, 0], scalar("DATE"))).toEqual([[0], [[0, "INVALID_VALUE"]]]);
	});

	it("tells of times without an offset", () => {
		const { warnings } = feature(scalar("TIMESTAMP"))(
			asArrow([...keys(1), { name: "f", type: scalar("STRING"), values: ["2024-01-01T00:00:00"] }], 1),
		);
		expect(warnings.map(({ code, name }) => [code, name])).toEqual([["CONVERTED_VALUE", "f"]]);
	});
});

describe("a column that cannot be taken", () => {
	const refused = (type: ValueType, column: Given): unknown => {
		try {
			return feature(type)(asArrow([...keys(1), column], 1));
		} catch (error) {
			return error;
		}
	};

	it("is refused as a whole: of no name, or of a type that never fits", () => {
		expect(refused(scalar("INT64"), { name: "g", type: scalar("INT64"), values: [1n] })).toMatchObject({
			code: "UNKNOWN_COLUMN",
			details: { name: "g", nearest: ["f"] },
		});
		expect(refused(scalar("INT64"), { name: "f", type: scalar("BOOL"), values: [true] })).toMatchObject({
			code: "INVALID_VALUE",
			details: { name: "f" },
		});
	});

	it("is not left out in silence where its type is none of ours, unless it has nulls alone", () => {
		const beside = (f: Vector) => {
			const table = new Table({
				device: vectorFromArray([1n], new Int64()),
				event_time: vectorFromArray(["2024-01-01T00:00:00Z"], new Utf8()),
				f,
			});
			return feature(scalar("INT64"))(arrowStreams.read(tableToIPC(table, "stream"), 10));
		};
		expect(() => beside(vectorFromArray([1n], new Uint64()))).toThrow("Uint64");
		const { rows, warnings, rejected } = beside(vectorFromArray([null], new Null()));
		expect([rows.map(({ values }) => values[2]), warnings, rejected]).toEqual([[null], [], []]);
	});
});
