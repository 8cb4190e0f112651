/** Names as labels of metrics: the first so many that come, then `other`. Clients choose names, and memory must not follow. */
export function boundedNames(most: number): (name: string | null) => string {
	const known = new Set<string>();
	return (name) => {
		if (name === null) return "anonymous";
		if (known.has(name)) return name;
		if (known.size >= most) return "other";
		known.add(name);
		return name;
	};
}
