/** Associations value by value, by their definitions: what the sums of the engine have to come out as. */

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const squares = (values: readonly number[]): number => {
	const middle = mean(values);
	return values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
};

/** Pearson's r, without its sign; null where one side does not vary. */
export function pearsonOracle(pairs: readonly (readonly [number, number])[]): number | null {
	const [left, right] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
	const [l, r] = [mean(left), mean(right)];
	const together = pairs.reduce((sum, [a, b]) => sum + (a - l) * (b - r), 0);
	const apart = Math.sqrt(squares(left) * squares(right));
	return apart === 0 ? null : Math.abs(together) / apart;
}

/** ε: the share of the variance that categories explain, corrected for how many there are. */
export function correlationRatioOracle(pairs: readonly (readonly [string, number])[]): number | null {
	const groups = Map.groupBy(pairs, ([group]) => group);
	const total = squares(pairs.map(([, value]) => value));
	if (total === 0 || groups.size < 2 || pairs.length < 2 * groups.size) return null;
	const within = [...groups.values()].reduce((sum, group) => sum + squares(group.map(([, value]) => value)), 0);
	const error = within / (pairs.length - groups.size) / (total / (pairs.length - 1));
	return Math.sqrt(Math.max(0, 1 - error));
}

/** Cramér's V with Bergsma's correction, over the whole table, its empty cells too. */
export function cramersVOracle(pairs: readonly (readonly [string, string])[]): number | null {
	const rows = [...new Set(pairs.map(([row]) => row))];
	const columns = [...new Set(pairs.map(([, column]) => column))];
	const n = pairs.length;
	if (rows.length < 2 || columns.length < 2 || n < 2 * Math.max(rows.length, columns.length)) return null;
	let chi2 = 0;
	for (const row of rows) {
		for (const column of columns) {
			const ofRow = pairs.filter(([r]) => r === row).length;
			const ofColumn = pairs.filter(([, c]) => c === column).length;
			const expected = (ofRow * ofColumn) / n;
			chi2 += (pairs.filter(([r, c]) => r === row && c === column).length - expected) ** 2 / expected;
		}
	}
	const phi2 = Math.max(0, chi2 / n - ((rows.length - 1) * (columns.length - 1)) / (n - 1));
	const r = rows.length - (rows.length - 1) ** 2 / (n - 1);
	const c = columns.length - (columns.length - 1) ** 2 / (n - 1);
	return Math.min(1, Math.sqrt(phi2 / (Math.min(r, c) - 1)));
}
