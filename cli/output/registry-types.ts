import type { RegisteredService, RegisteredView } from "../operations/registry-types.ts";

/** What a row may hold for a join key of this type. */
const keyTypes: Readonly<Record<string, string>> = {
	BOOL: "boolean",
	INT32: "number",
	INT64: "bigint | number | string",
	FLOAT32: "number",
	FLOAT64: "number",
	BYTES: "Uint8Array | string",
	TIMESTAMP: "Date | string",
};

/** What a feature of this type is in an answer: times stay text, exact to the microsecond. */
const valueTypes: Readonly<Record<string, string>> = {
	BOOL: "boolean",
	INT32: "number",
	INT64: "bigint",
	FLOAT32: "number",
	FLOAT64: "number",
	BYTES: "Uint8Array",
	JSON: "unknown",
};

/** A registry as a TypeScript module for `@featuregraph/client`, the same for the same registry. */
export function formatRegistryTypes(
	project: string,
	views: readonly RegisteredView[],
	services: readonly RegisteredService[],
): string {
	return [
		`// The registry of the project "${project}", by \`featuregraph codegen\`. Write it anew after an apply.`,
		"",
		"export interface Registry {",
		"\treadonly views: {",
		...byName(views).flatMap(viewLines),
		"\t};",
		"\treadonly services: {",
		...byName(services).map(({ name, references }) => `\t\treadonly ${name}: ${unionOf(references)};`),
		"\t};",
		"}",
		"",
	].join("\n");
}

function viewLines({ name, keys, features }: RegisteredView): string[] {
	return [
		`\t\treadonly ${name}: {`,
		`\t\t\treadonly keys: { ${keys.map((key) => `readonly ${key.name}: ${keyTypes[key.type] ?? "string"}`).join("; ")} };`,
		"\t\t\treadonly features: {",
		...features.map((feature) => `\t\t\t\treadonly ${feature.name}: ${featureType(feature)};`),
		"\t\t\t};",
		"\t\t};",
	];
}

function featureType({ type, isArray }: RegisteredView["features"][number]): string {
	const item = valueTypes[type] ?? "string";
	return isArray ? `readonly (${item} | null)[]` : item;
}

const unionOf = (references: readonly string[]): string =>
	references.length === 0 ? "never" : references.map((reference) => JSON.stringify(reference)).join(" | ");

const byName = <T extends { readonly name: string }>(items: readonly T[]): T[] =>
	items.toSorted((a, b) => (a.name < b.name ? -1 : 1));
