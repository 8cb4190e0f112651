/** How Arrow marks a string column that holds JSON: the canonical extension type. */
const nameKey = "ARROW:extension:name";
const jsonName = "arrow.json";

export const jsonExtension = (): Map<string, string> =>
	new Map([
		[nameKey, jsonName],
		["ARROW:extension:metadata", ""],
	]);

export const isJson = (metadata: ReadonlyMap<string, string>): boolean => metadata.get(nameKey) === jsonName;
