/** The naive oracle over many keys: each label is compared with the rows of its own key alone, by the same plain rules. */
import type { Known } from "../../core/ports/offline-engine.ts";
import type { Value } from "../../core/values/value.ts";
import {
	type OracleAnswer,
	type OracleLabel,
	type OracleRow,
	type OracleView,
	pointInTimeOracle,
} from "./point-in-time.ts";

export function pointInTimeByKey(
	view: OracleView,
	rows: readonly OracleRow[],
	labels: readonly OracleLabel[],
	known: Known,
): OracleAnswer[] {
	const rowsOf = Map.groupBy(rows, ({ keys }) => keyText(keys));
	const answers: OracleAnswer[] = [];
	for (const label of labels) {
		const own = rowsOf.get(keyText(label.keys)) ?? [];
		answers.push(...pointInTimeOracle(view, own, [label], known));
	}
	return answers;
}

const keyText = (keys: readonly Value[]): string =>
	JSON.stringify(keys.map((key) => (typeof key === "bigint" ? key.toString() : key)));
