import { fieldNameOf, typeNameOf } from "../../../core/definitions/graphql-names.ts";
import type { ViewVersion } from "../../../core/registry/snapshot.ts";
import type { Column, ValueType } from "../../../core/values/type.ts";

/** `Airport`, or `UserMerchant` for views over two entities. */
export interface FaceType {
	readonly project: string;
	readonly typeName: string;
	/** On `Entities`; its list is `…List`. */
	readonly fieldName: string;
	readonly description: string | null;
	readonly keys: readonly FaceField[];
	readonly views: readonly FaceView[];
}

export interface FaceView {
	readonly fieldName: string;
	readonly rowTypeName: string;
	readonly description: string | null;
	readonly view: ViewVersion;
	/** Which keys of the type are the view's, in its order. */
	readonly keyIndexes: readonly number[];
	/** `view` itself answers, whatever is applied later. */
	readonly isFrozen: boolean;
	/** Why not to use it; null: do. */
	readonly deprecated: string | null;
	readonly features: readonly FaceField[];
	/** Request data of an on-demand view, and of those that it is over. */
	readonly args: readonly FaceField[];
}

export interface FaceField {
	readonly fieldName: string;
	readonly column: Column;
	readonly description: string | null;
}

/** Does it have values online, or make them? */
export const isServed = (view: ViewVersion): boolean => view.kind === "ON_DEMAND" || view.definition.online;

/** The field and the row type of a view; `version` is in the names of an old one. */
export function faceView(prefix: string, view: ViewVersion, version = ""): FaceView {
	const { definition } = view;
	return {
		fieldName: `${definition.graphql.field ?? fieldNameOf(definition.name)}${version}`,
		rowTypeName: `${typeNameOf(prefix)}${definition.graphql.type ?? typeNameOf(definition.name)}${version}Row`,
		description: definition.description,
		view,
		keyIndexes: view.joinKeys.map((_, index) => index),
		isFrozen: false,
		deprecated: null,
		features: definition.features.map((feature) => ({
			fieldName: feature.graphql.field ?? fieldNameOf(feature.name),
			column: feature,
			description: feature.description,
		})),
		args: requestColumns(view).map((column) => ({ fieldName: fieldNameOf(column.name), column, description: null })),
	};
}

/** Its own first, each once. What a view below takes and has as a key of this one comes with the keys. */
function requestColumns(view: ViewVersion): readonly Column[] {
	const columns = new Map<string, Column>();
	const seen = new Set<ViewVersion>();
	const collect = (each: ViewVersion): void => {
		if (each.kind !== "ON_DEMAND" || seen.has(each)) return;
		seen.add(each);
		for (const column of each.definition.inputs.request) {
			const isKey = each !== view && view.joinKeys.some(({ name }) => name === column.name);
			if (!isKey && !columns.has(column.name)) columns.set(column.name, column);
		}
		each.inputs.forEach(collect);
	};
	collect(view);
	return [...columns.values()];
}

const graphqlScalars = {
	BOOL: "Boolean",
	INT32: "Int",
	INT64: "Int64",
	FLOAT32: "Float",
	FLOAT64: "Float",
	STRING: "String",
	BYTES: "Bytes",
	TIMESTAMP: "DateTime",
	DATE: "Date",
	JSON: "JSON",
} as const;

export function graphqlTypeOf({ scalar, isArray }: ValueType): string {
	return isArray ? `[${graphqlScalars[scalar]}]` : graphqlScalars[scalar];
}
