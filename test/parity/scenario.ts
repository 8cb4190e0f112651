/** Generated definitions, and histories of what happens to their rows. */
import fc from "fast-check";
import type { Column } from "../../core/values/type.ts";
import type { Value } from "../../core/values/value.ts";
import { columnsOf } from "../support/registry-snapshot.ts";
import { second } from "./house.ts";

export const keyColumns = columnsOf({ a: "string", n: "int64" });
export const featureColumns = columnsOf({
	f_float: "float64",
	f_int: "int64",
	f_text: "string",
	f_single: "float32",
	f_bytes: "bytes",
	f_flag: "bool",
	f_list: "array<float64>",
	f_day: "date",
	f_time: "timestamp",
});

export interface ViewShape {
	readonly entities: readonly ("by_a" | "by_n")[];
	readonly ttlSeconds: number | null;
	readonly features: readonly string[];
}

export interface Shape {
	readonly origin: "push" | "parquet";
	readonly created: boolean;
	readonly available: "column" | number | null;
	readonly tieBreak: boolean;
	/** Whether rows may omit features. */
	readonly partial: boolean;
	/** Of a Parquet source one, since its rows are pushed into it. */
	readonly views: readonly ViewShape[];
}

/** A row as its writer knows it. Times are seconds from the clock, or absolute ones on a coarse grid where they meet. */
export interface WrittenRow {
	readonly keys: readonly Value[];
	readonly event: WrittenTime;
	readonly created: WrittenTime | null;
	readonly available: WrittenTime;
	readonly tie: Value;
	readonly features: readonly Value[];
	readonly deleted: boolean;
	/** Features that the row omits where it may. */
	readonly omitted: readonly boolean[];
}

export interface WrittenTime {
	readonly from: "clock" | "start";
	readonly micros: bigint;
}

export type Action =
	| { readonly kind: "push"; readonly rows: readonly WrittenRow[]; readonly to: "BOTH" | "OFFLINE" }
	/** The very rows of an earlier push once more. */
	| { readonly kind: "repeat"; readonly which: number }
	| { readonly kind: "advance"; readonly micros: bigint }
	| { readonly kind: "drain" }
	| { readonly kind: "materialize"; readonly how: "full" | "incremental" | "range" }
	| { readonly kind: "compare" };

export interface Scenario {
	readonly shape: Shape;
	/** Rows of the file. */
	readonly rows: readonly WrittenRow[];
	readonly actions: readonly Action[];
}

export const keyValues: readonly (readonly Value[])[] = [
	["", "a", "a\u0001", "1"],
	[1n, 2n ** 53n, 2n ** 53n + 1n],
];

const featureSet = fc
	.subarray(featureColumns.map(({ name }) => name).slice(2))
	.map((names) => ["f_float", "f_int", ...names]);

const viewShape = (over: Partial<Record<keyof ViewShape, fc.Arbitrary<never>>> = {}): fc.Arbitrary<ViewShape> =>
	fc.record({
		entities: fc.constantFrom<ViewShape["entities"]>(["by_a"], ["by_n"], ["by_a", "by_n"]),
		ttlSeconds: fc.constantFrom(null, 1, 60, 3600),
		features: featureSet,
		...over,
	});

const shapeOf = (origin: Shape["origin"]): fc.Arbitrary<Shape> =>
	anyShapeOf(origin).map((shape) =>
		shape.partial
			? {
					...shape,
					// A row that is filled up has one available time, and one key.
					available: shape.available === "column" ? null : shape.available,
					views: shape.views.map((view) => ({ ...view, entities: ["by_a"] as const })),
				}
			: shape,
	);

const anyShapeOf = (origin: Shape["origin"]): fc.Arbitrary<Shape> =>
	fc.record({
		partial: origin === "push" ? fc.boolean() : fc.constant(false),
		origin: fc.constant(origin),
		created: fc.boolean(),
		available: fc.constantFrom<Shape["available"]>(null, "column", 1, 90),
		tieBreak: fc.boolean(),
		// The first is read by the on-demand view, and through other columns: it has one key.
		views: fc
			.tuple(viewShape(), fc.array(viewShape(), { maxLength: origin === "push" ? 2 : 0 }))
			.map(([first, more]) => [{ ...first, entities: ["by_a"] as const }, ...more]),
	});

const values: Readonly<Record<string, fc.Arbitrary<Value>>> = {
	f_float: fc.constantFrom(0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 5e-324, 1e308),
	f_int: fc.constantFrom(0n, -1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)),
	f_text: fc.constantFrom("", "a", "\u{1f600}", "a\u0001b", "zürich"),
	f_single: fc.constantFrom(0, -0, Math.fround(0.1), Number.NaN, Number.NEGATIVE_INFINITY),
	f_bytes: fc.uint8Array({ maxLength: 3 }),
	f_flag: fc.boolean(),
	f_list: fc.array(fc.constantFrom(null, 0, -0, 2.5, Number.NaN), { maxLength: 3 }),
	f_day: fc.integer({ min: -1, max: 20_000 }),
	f_time: fc.constantFrom(-1n, 0n, 1_700_000_000_000_001n),
};

const writtenTime = (most: bigint): fc.Arbitrary<WrittenTime> =>
	fc.oneof(
		fc.record({
			from: fc.constant("clock" as const),
			micros: fc.constantFrom(0n, 1n, -1n, second, -second, 60n * second, -60n * second, -3600n * second, most),
		}),
		fc.record({ from: fc.constant("start" as const), micros: fc.constantFrom(-120n * second, -60n * second, 0n) }),
	);

/** At the edge of what a push may have. */
const mostAhead = 300n * second;

const rowOf = (most: bigint): fc.Arbitrary<WrittenRow> =>
	fc.record({
		keys: fc.tuple(...keyValues.map((of) => fc.constantFrom(...of.slice(0, 3)))),
		event: writtenTime(most),
		created: fc.option(writtenTime(most), { freq: 3 }),
		available: writtenTime(most * 2n),
		tie: fc.option(fc.constantFrom<Value>("", "x", "y"), { freq: 3 }),
		features: fc.tuple(
			...featureColumns.map(({ name }) => fc.option(values[name] as fc.Arbitrary<Value>, { freq: 5 })),
		),
		deleted: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
		omitted: fc.tuple(...featureColumns.map(() => fc.boolean())),
	});

/** Nobody refuses a file whose rows lie in the future; but a row that is not even written yet does not come online. */
const fileRow: fc.Arbitrary<WrittenRow> = rowOf(7200n * second).map((row) => {
	const { created } = row;
	const isAhead = created !== null && created.micros > 0n;
	return { ...row, deleted: false, created: isAhead ? { ...created, micros: 0n } : created };
});

const action: fc.Arbitrary<Action> = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.record({
			kind: fc.constant("push" as const),
			rows: fc.array(rowOf(mostAhead), { minLength: 1, maxLength: 5 }),
			to: fc.constantFrom("BOTH" as const, "BOTH" as const, "OFFLINE" as const),
		}),
	},
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant("repeat" as const), which: fc.nat({ max: 5 }) }) },
	{
		weight: 4,
		arbitrary: fc.record({
			kind: fc.constant("advance" as const),
			micros: fc.constantFrom(1n, second, 30n * second, 60n * second, 90n * second, 301n * second, 3600n * second),
		}),
	},
	{ weight: 1, arbitrary: fc.constant({ kind: "drain" as const }) },
	{
		weight: 2,
		arbitrary: fc.record({
			kind: fc.constant("materialize" as const),
			how: fc.constantFrom("full" as const, "incremental" as const, "incremental" as const, "range" as const),
		}),
	},
	{ weight: 3, arbitrary: fc.constant({ kind: "compare" as const }) },
);

/** Histories of one kind of origin. */
export const scenarioOf = (origin: Shape["origin"]): fc.Arbitrary<Scenario> =>
	fc.record({
		shape: shapeOf(origin),
		rows: origin === "push" ? fc.constant([]) : fc.array(fileRow, { minLength: 1, maxLength: 12 }),
		actions: fc.array(action, { minLength: 3, maxLength: 14 }),
	});

/** The definitions as YAML. */
export function definitionsOf(project: string, shape: Shape, file: string): string {
	const typed = (columns: readonly Column[]): string =>
		columns.map(({ name, type }) => `${name}: ${nameOf(type)}`).join(", ");
	const timeColumns = ["event_ts: timestamp"];
	const lines = ["    eventTime: event_ts"];
	if (shape.created) {
		lines.push("    createdTime: created_ts");
		timeColumns.push("created_ts: timestamp");
	}
	if (shape.available === "column") {
		lines.push("    availableTime: available_ts");
		timeColumns.push("available_ts: timestamp");
	} else if (shape.available !== null) lines.push(`    availableTime: { delay: ${shape.available}s }`);
	if (shape.tieBreak) {
		lines.push("    tieBreak: [tie]");
		timeColumns.push("tie: string");
	}
	if (shape.origin === "push") {
		lines.unshift("    push: {}");
		lines.push(`    columns: { ${typed([...keyColumns, ...featureColumns])}, ${timeColumns.join(", ")} }`);
	} else lines.unshift(`    parquet: ${file}`);
	const views = shape.views.map(({ entities, ttlSeconds, features }, index) =>
		[
			`  v${index}:`,
			`    entities: [${entities.join(", ")}]`,
			"    source: rows",
			...(ttlSeconds === null ? [] : [`    ttl: ${ttlSeconds}s`]),
			...(shape.partial ? ["    partial: true"] : []),
			`    features: { ${typed(featureColumns.filter(({ name }) => features.includes(name)))} }`,
		].join("\n"),
	);
	return `project: ${project}
entities:
  by_a: { joinKeys: { a: string } }
  by_n: { joinKeys: { n: int64 } }
sources:
  rows:
${lines.join("\n")}
views:
${views.join("\n")}
  computed:
    kind: on-demand
    inputs: { request: { factor: float64 }, views: [v0] }
    features:
      scaled: { type: float64, expression: "v0.f_float * request.factor" }
      ratio: { type: float64, expression: "request.factor / v0.f_float" }
      next: { type: int64, expression: "v0.f_int + 1" }
`;
}

const nameOf = ({ scalar, isArray }: Column["type"]): string =>
	isArray ? `array<${scalar.toLowerCase()}>` : scalar.toLowerCase();
