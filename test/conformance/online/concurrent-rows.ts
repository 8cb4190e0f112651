/** The same generated rows in every process that knows the seed, and a writer's share of them, in an order of its own. */
import fc from "fast-check";
import { compileEncoder, type OnlineRowIn } from "../../../core/online/encode.ts";
import { compileKeyEncoder } from "../../../core/online/key.ts";
import { onlineLayout } from "../../../core/online/layout.ts";
import type { OnlineWrite } from "../../../core/ports/online-store.ts";
import { scalar } from "../../../core/values/type.ts";
import { type RowShape, rowOf } from "../../support/arbitrary-online-rows.ts";

export const shape: RowShape = {
	features: [
		{ name: "a", type: scalar("FLOAT64") },
		{ name: "b", type: scalar("STRING") },
	],
	tieBreak: [{ name: "t", type: scalar("INT32") }],
};
export const layout = onlineLayout(shape.features, shape.tieBreak);
export const entities = 40n;
export const encode = compileEncoder(layout);
const encodeKey = compileKeyEncoder(3, 1, [{ name: "id", type: scalar("INT64") }]);
export const keyOf = (id: bigint): Uint8Array => encodeKey([id]);

export interface EntityRow {
	readonly id: bigint;
	readonly row: OnlineRowIn;
}

/** Late, corrected, deleted and equal rows of a few entities. */
export function generatedRows(seed: number): EntityRow[] {
	const one = fc.record({ id: fc.bigInt({ min: 0n, max: entities - 1n }), row: rowOf(shape) });
	return fc.sample(one, { numRuns: 1500, seed });
}

/** What a writer writes: two thirds of all rows, so that some are written by several, in batches. */
export function batchesOf(seed: number, writer: number): OnlineWrite[][] {
	const all = generatedRows(seed).filter((_, index) => index % 3 !== writer);
	const [order = []] = fc.sample(fc.shuffledSubarray(all, { minLength: all.length }), {
		numRuns: 1,
		seed: seed + writer,
	});
	const writes = order.map(({ id, row }) => ({ key: keyOf(id), value: encode(row), expiresAt: null }));
	return Array.from({ length: Math.ceil(writes.length / 7) }, (_, i) => writes.slice(7 * i, 7 * i + 7));
}
