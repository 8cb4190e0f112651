/** The documented bytes, for readers in other languages. `UPDATE_VECTORS=1` writes the `hex` of every vector anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { compileDecoder, type OnlineRow } from "../../../core/online/decode.ts";
import { compileEncoder } from "../../../core/online/encode.ts";
import { onlineKey } from "../../../core/online/key.ts";
import { onlineLayout } from "../../../core/online/layout.ts";
import { parseTimestamp } from "../../../core/time/timestamp.ts";
import { decodeFeatureValue } from "../../../core/values/feature-value-in.ts";
import { encodeFeatureValue } from "../../../core/values/feature-value-out.ts";
import { type Column, parseValueType, type ValueType } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";

type Types = Readonly<Record<string, string>>;
interface Vectors {
	readonly keys: {
		readonly name: string;
		readonly projectId: number;
		readonly viewVersionId: number;
		readonly joinKeys: Types;
		readonly values: readonly unknown[];
		hex: string;
	}[];
	readonly rows: {
		readonly name: string;
		readonly features: Types;
		readonly tieBreak: Types;
		readonly row: {
			readonly eventTime: string;
			readonly createdTime: string | null;
			readonly tieBreak: readonly unknown[];
			readonly sequence: string | null;
			readonly deleted: boolean;
			readonly values: readonly unknown[];
		};
		hex: string;
	}[];
}

const path = join(import.meta.dirname, "vectors.json");
const vectors = JSON.parse(readFileSync(path, "utf8")) as Vectors;
const update = process.env["UPDATE_VECTORS"] === "1";

const columnsOf = (types: Types): Column[] =>
	Object.entries(types).map(([name, type]) => ({ name, type: parseValueType(type) as ValueType }));
const valuesOf = (json: readonly unknown[], columns: readonly Column[]): Value[] =>
	json.map((value, i) => decodeFeatureValue(value, (columns[i] as Column).type));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

it.each(vectors.keys)("key: $name", (vector) => {
	const joinKeys = columnsOf(vector.joinKeys);
	const key = onlineKey(vector.projectId, vector.viewVersionId, joinKeys, valuesOf(vector.values, joinKeys));
	if (update) vector.hex = hex(key);
	expect(hex(key)).toBe(vector.hex);
});

it.each(vectors.rows)("value: $name", (vector) => {
	const { row } = vector;
	const features = columnsOf(vector.features);
	const tieBreak = columnsOf(vector.tieBreak);
	const layout = onlineLayout(features, tieBreak);
	const eventTime = parseTimestamp(row.eventTime) as bigint;
	const bytes = compileEncoder(layout)({
		eventTime,
		createdTime: row.createdTime === null ? null : (parseTimestamp(row.createdTime) as bigint),
		tieBreak: valuesOf(row.tieBreak, tieBreak),
		sequence: row.sequence === null ? null : BigInt(row.sequence),
		deleted: row.deleted,
		values: valuesOf(row.values, features),
	});
	if (update) vector.hex = hex(bytes);
	expect(hex(bytes)).toBe(vector.hex);

	const names = features.map(({ name }) => name);
	const decoded = compileDecoder(layout, names)(Buffer.from(vector.hex, "hex")) as OnlineRow;
	expect(decoded).toMatchObject({ eventTime, deleted: row.deleted });
	const values = decoded.values.map((value, i) => encodeFeatureValue(value, (features[i] as Column).type));
	expect(values).toEqual(row.deleted ? names.map(() => null) : row.values);
});

if (update) it("writes the vectors", () => writeFileSync(path, `${JSON.stringify(vectors, null, "\t")}\n`));
