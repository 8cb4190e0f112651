import fc from "fast-check";
import { expect, it } from "vitest";
import { oracleOf } from "../conformance/offline/harness.ts";
import { scenarios } from "../conformance/offline/point-in-time-suite.ts";
import { pointInTimeByKey } from "./by-key.ts";
import { pointInTimeOracle } from "./point-in-time.ts";

it("the oracle over many keys says what the naive one does", () => {
	fc.assert(
		fc.property(scenarios, ({ scenario, labels, known }) => {
			const view = oracleOf(scenario);
			expect(pointInTimeByKey(view, scenario.rows, labels, known)).toEqual(
				pointInTimeOracle(view, scenario.rows, labels, known),
			);
		}),
		{ numRuns: 300 },
	);
});
