import type { EntityFace } from "./face.ts";
import { type FaceField, type FaceType, type FaceView, graphqlTypeOf } from "./face-view.ts";

/** The face as SDL behind `schema/serving.graphql`; empty for an empty registry. */
export function entityFaceSdl({ types }: EntityFace): string {
	if (types.length === 0) return "";
	const told = new Set<string>();
	const rowsOf = ({ views }: FaceType): string[] =>
		views.filter(({ rowTypeName }) => !told.has(rowTypeName) && told.add(rowTypeName)).map(rowType);
	return [entitiesExtension(types), ...types.flatMap((type) => [entityTypes(type), ...rowsOf(type)])].join("\n");
}

function entitiesExtension(types: readonly FaceType[]): string {
	const fields = types.map(
		(type) => `${describe(type.description, "  ")}  ${type.fieldName}(${args(type.keys)}): ${type.typeName}
  ${type.fieldName}List(keys: [${type.typeName}Key!]!): [${type.typeName}!]!`,
	);
	return `extend type Entities {\n${fields.join("\n")}\n}`;
}

function entityTypes(type: FaceType): string {
	const { typeName, keys, views, description } = type;
	return `${describe(description)}type ${typeName} @key(fields: "${keys.map((key) => key.fieldName).join(" ")}") {
${keys.map((key) => `  ${key.fieldName}: ${graphqlTypeOf(key.column.type)}!`).join("\n")}
  "The latest values; with \`asOf\`, those that a reader at that instant would have had."
  features(asOf: DateTime): ${typeName}Features
}
input ${typeName}Key {
${keys.map((key) => `  ${key.fieldName}: ${graphqlTypeOf(key.column.type)}!`).join("\n")}
}
type ${typeName}Features {
${views.map(viewField).join("\n")}
}`;
}

function viewField({ fieldName, rowTypeName, args: request, description, deprecated }: FaceView): string {
	const given = request.length === 0 ? "" : `(${args(request)})`;
	const warning = deprecated === null ? "" : ` @deprecated(reason: ${JSON.stringify(deprecated)})`;
	return `${describe(description, "  ")}  ${fieldName}${given}: ${rowTypeName}${warning}`;
}

function rowType({ rowTypeName, features }: FaceView): string {
	return `type ${rowTypeName} {
${features.map((feature) => `${describe(feature.description, "  ")}  ${feature.fieldName}: ${graphqlTypeOf(feature.column.type)}`).join("\n")}
  meta_: FeatureRowMeta!
}`;
}

const args = (fields: readonly FaceField[]): string =>
	fields.map((field) => `${field.fieldName}: ${graphqlTypeOf(field.column.type)}!`).join(", ");

const describe = (text: string | null, indent = ""): string =>
	text === null ? "" : `${indent}${JSON.stringify(text)}\n`;
