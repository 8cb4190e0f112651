/** Reads an argument of a field by its name, as it stands in the document or in the variables, or its default. */
type ReadArgument = (name: string) => unknown;

/** Features that a feature service or `view:*` is taken to have: only the registry knows. */
const assumedFeatures = 20;
/** A value is a cell of a column: far cheaper than an object. */
const valueWeight = 0.01;

/**
 * What reads and writes of features cost beside their fields: rows times features, which no directive can say. By schema
 * coordinate; a field of this name in a foreign graph has not these arguments, and costs nothing here.
 */
export const ownCosts: ReadonlyMap<string, (given: ReadArgument) => number> = new Map([
	["Query.onlineFeatures", (given) => values(given("entities"), given("select"))],
	["Query.historicalFeatures", (given) => values(given("labels"), given("select"))],
	["Subscription.featureUpdates", (given) => values(given("entities"), given("select"))],
	["Mutation.push", (given) => (lengthAt(given("input"), "rows") + lengthAt(given("input"), "deletes")) * 0.1],
]);

function values(rows: unknown, select: unknown): number {
	return Array.isArray(rows) ? rows.length * featuresOf(select) * valueWeight : 0;
}

function featuresOf(select: unknown): number {
	const features = propertyOf(select, "features");
	if (!Array.isArray(features)) return assumedFeatures;
	let count = 0;
	for (const feature of features) count += typeof feature === "string" && feature.endsWith(":*") ? assumedFeatures : 1;
	return count;
}

function lengthAt(value: unknown, name: string): number {
	const list = propertyOf(value, name);
	return Array.isArray(list) ? list.length : 0;
}

const propertyOf = (value: unknown, name: string): unknown =>
	typeof value === "object" && value !== null && Object.hasOwn(value, name)
		? (value as Readonly<Record<string, unknown>>)[name]
		: undefined;
