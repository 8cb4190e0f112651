import type { FeaturegraphErrorFields } from "./errors.ts";
import { decode, type ValueType } from "./values.ts";

export type FeatureStatus = "PRESENT" | "NULL_VALUE" | "NOT_FOUND" | "OUTSIDE_MAX_AGE" | "ERROR";

/** What `/features` answers, by columns. */
export interface Frame {
	readonly rowCount: number;
	readonly columns: readonly {
		readonly name: string;
		readonly type: ValueType;
		readonly isArray: boolean;
		readonly values: readonly unknown[];
		/** Of features. */
		readonly statuses?: readonly FeatureStatus[];
		/** Null where no time belongs to the values: what is computed when it is asked for. */
		readonly eventTimes?: readonly (string | null)[] | null;
	}[];
	readonly rowErrors: readonly FeaturegraphErrorFields[];
	readonly registryVersion: number;
}

/** The latest values, a row per entity row in its order. */
export interface OnlineFeatures<Row> {
	readonly rows: readonly Row[];
	/** Per feature column and row: why there is no value, where there is none. */
	readonly statuses: { readonly [Column in keyof Row]?: readonly FeatureStatus[] };
	/** Per feature column and row: when the value was true. */
	readonly eventTimes: { readonly [Column in keyof Row]?: readonly (string | null)[] };
	/** Malformed rows, by `index`; the others are answered. */
	readonly rowErrors: readonly FeaturegraphErrorFields[];
}

export function onlineFeaturesOf<Row>({ rowCount, columns, rowErrors }: Frame): OnlineFeatures<Row> {
	const rows = Array.from({ length: rowCount }, (): Record<string, unknown> => ({}));
	for (const { name, type, isArray, values } of columns) {
		for (const [index, row] of rows.entries()) row[name] = decode(type, isArray, values[index] ?? null);
	}
	return {
		rows: rows as readonly Row[],
		statuses: byColumn(columns, "statuses") as OnlineFeatures<Row>["statuses"],
		eventTimes: byColumn(columns, "eventTimes") as OnlineFeatures<Row>["eventTimes"],
		rowErrors,
	};
}

/** What features have and other columns lack. */
function byColumn(columns: Frame["columns"], what: "statuses" | "eventTimes"): Record<string, unknown> {
	const found: Record<string, unknown> = {};
	for (const column of columns) if (column[what] != null) found[column.name] = column[what];
	return found;
}
