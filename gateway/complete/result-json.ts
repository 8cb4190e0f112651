const written = new WeakMap<object, string>();

/** An event of a subscription as JSON, written once for all that it is sent to. */
export function resultJson(result: object): string {
	const known = written.get(result);
	if (known !== undefined) return known;
	const json = JSON.stringify(result);
	written.set(result, json);
	return json;
}
