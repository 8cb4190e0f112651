/** How the columns that label rows come with become those of a training set: order, roles and types. */
import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import { nearestNames } from "../errors/nearest.ts";
import { ownColumns } from "../offline/duckdb/own-columns.ts";
import type { ResolvedSelection, SelectedFeature } from "../reads/model.ts";
import { type ValueConverter, valueConverter } from "../values/convert-value.ts";
import { type Column, formatValueType, scalar } from "../values/type.ts";
import type { ColumnBatch, Value } from "../values/value.ts";
import { checkDistinctNames } from "./label-names.ts";
import { mixedJsonConverter } from "./mixed-json.ts";

export type LabelRole = "JOIN_KEY" | "REQUEST" | "LABEL";

/** A label column of a training set. */
export interface LabelField extends Column {
	readonly role: LabelRole;
}

export interface LabelColumn extends LabelField {
	/** Where it stands among the columns that the labels came with. */
	readonly from: number;
	readonly convert: ValueConverter;
}

/**
 * Join keys first, then request columns, then all others in the order in which they came, the timestamp among them.
 * Keys, request columns and the timestamp are converted to their declared types. LABELS_INVALID where a column is
 * missing or cannot be converted; NAME_COLLISION where a label column has the name of a feature. Names that differ in case alone
 * are the same: files of either engine would have one of them renamed.
 */
export function labelLayout(
	selection: Pick<ResolvedSelection, "joinKeys" | "request"> & {
		readonly features: readonly Pick<SelectedFeature, "name">[];
	},
	timestampColumn: string,
	columns: readonly Column[],
): readonly LabelColumn[] {
	const names = columns.map(({ name }) => name);
	checkNames(names);
	const declared = (column: Column, role: LabelRole, what: string): LabelColumn => {
		const from = names.indexOf(column.name);
		const given = columns[from];
		if (given === undefined) {
			throw invalid(`The label rows lack the column "${column.name}" (${what}).`, column.name, {
				nearest: nearestNames(column.name, names),
				hint: `They have: ${names.slice(0, 20).join(", ")}.`,
			});
		}
		const isMixed = given.type.scalar === "JSON" && !given.type.isArray && column.type.scalar !== "JSON";
		const convert = isMixed ? mixedJsonConverter(column.type) : valueConverter(given.type, column.type);
		if (convert === null) {
			const types = `${formatValueType(given.type)}, not ${formatValueType(column.type)}`;
			throw invalid(`The label column "${column.name}" (${what}) is ${types}.`, column.name, {
				hint: "Give it in the declared type; only exact conversions are made.",
			});
		}
		return { ...column, role, from, convert };
	};

	const keys = selection.joinKeys.map((key) => declared(key, "JOIN_KEY", "a join key"));
	const request = selection.request
		.filter(({ name }) => keys.every((key) => key.name !== name))
		.map((column) => declared(column, "REQUEST", "request data of an on-demand view"));
	const taken = new Set([...keys, ...request].map(({ name }) => name));
	const timestamp = declared({ name: timestampColumn, type: scalar("TIMESTAMP") }, "LABEL", "the timestamp");
	const others = columns.flatMap((column, from): LabelColumn[] => {
		if (taken.has(column.name)) return [];
		return [
			column.name === timestampColumn
				? timestamp
				: { ...column, role: "LABEL", from, convert: (value: Value) => value },
		];
	});
	const layout = [...keys, ...request, ...others];
	for (const { name } of selection.features) {
		const label = layout.find((column) => column.name.toLowerCase() === name.toLowerCase());
		if (label === undefined) continue;
		throw new FeaturegraphError(
			"NAME_COLLISION",
			`The label column "${label.name}" and the feature "${name}" would be one column.`,
			{
				name,
				hint: "Ask with `fullFeatureNames`, or rename the label column.",
			},
		);
	}
	return layout;
}

function checkNames(names: readonly string[]): void {
	checkDistinctNames(names);
	for (const name of names) {
		if (!name) throw invalid("The label rows have a column without a name.", "");
		if (!ownColumns.has(name.toLowerCase())) continue;
		throw invalid(`A label column cannot be called "${name}".`, name, { hint: "Rename it." });
	}
}

/** One batch of labels in the layout. LABELS_INVALID at the first value that cannot be converted; rows count from `firstRow`. */
export function arrangeLabels(layout: readonly LabelColumn[], batch: ColumnBatch, firstRow: number): ColumnBatch {
	return {
		rowCount: batch.rowCount,
		columns: layout.map(({ name, type, from, convert }) =>
			(batch.columns[from] ?? []).map((value, row) => {
				const converted = convert(value);
				if (converted !== undefined) return converted;
				throw invalid(
					`The label column "${name}" has ${show(value)} in row ${firstRow + row}, which is no ${formatValueType(type)}.`,
					name,
					{ index: firstRow + row, hint: "Only exact conversions are made." },
				);
			}),
		),
	};
}

const invalid = (
	message: string,
	name: string,
	details: { readonly nearest?: readonly string[]; readonly hint?: string; readonly index?: number } = {},
): FeaturegraphError => new FeaturegraphError("LABELS_INVALID", message, { name, ...details });

const show = (value: Value): string => (typeof value === "string" ? JSON.stringify(value.slice(0, 60)) : String(value));
