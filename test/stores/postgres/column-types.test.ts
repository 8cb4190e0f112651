import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvalidValue } from "../../../core/values/invalid-value.ts";
import { arrayOf, scalar, scalarTypes, type ValueType } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import {
	asText,
	columnDefinition,
	columnType,
	textDecoder,
	textEncoder,
} from "../../../stores/postgres/column-types.ts";
import { valueOf } from "../../support/arbitrary-values.ts";
import { testDatabase } from "../../support/database.ts";

const types: readonly ValueType[] = scalarTypes.flatMap((name) =>
	name === "JSON" ? [scalar(name)] : [scalar(name), arrayOf(name)],
);

describe("column types", () => {
	const test = testDatabase();

	const roundTrip = async (type: ValueType, values: readonly Value[]): Promise<Value[]> => {
		const encode = textEncoder(type);
		const parameters = values.map((value) => encode(value) as string | null);
		const { rows } = await test.database.pool.query<[string | null]>({
			text: `SELECT ${parameters.map((_, i) => `$${i + 1}::${columnType(type)}`).join(", ")}`,
			values: parameters,
			rowMode: "array",
			types: asText,
		});
		return (rows[0] ?? []).map(textDecoder(type));
	};

	it.each(types)("keep every value of $scalar (array: $isArray)", async (type) => {
		await fc.assert(
			fc.asyncProperty(fc.array(valueOf(type), { minLength: 1, maxLength: 40 }), async (values) => {
				expect(await roundTrip(type, values)).toStrictEqual(values);
			}),
			{ numRuns: 40 },
		);
	});

	it("reach from the first to the last time and day that PostgreSQL knows", async () => {
		const times = [-210_866_803_200_000_000n, -62_135_596_800_000_001n, 253_402_300_800_000_000n, 2n ** 63n - 1n];
		expect(await roundTrip(scalar("TIMESTAMP"), times)).toStrictEqual(times);
		const days = [-2_440_588, -719_163, 2_932_897, 2_145_042_905];
		expect(await roundTrip(scalar("DATE"), days)).toStrictEqual(days);
		expect(textEncoder(scalar("TIMESTAMP"))(-210_866_803_200_000_001n)).toBeInstanceOf(InvalidValue);
		expect(textEncoder(scalar("DATE"))(2_145_042_906)).toBeInstanceOf(InvalidValue);
	});

	it("refuse strings that PostgreSQL cannot hold", () => {
		for (const text of ["a\0b", "\ud800"]) {
			expect(textEncoder(scalar("STRING"))(text)).toBeInstanceOf(InvalidValue);
			expect(textEncoder(arrayOf("STRING"))(["ok", text])).toBeInstanceOf(InvalidValue);
		}
	});

	it("are what the table then has", async () => {
		for (const type of types) {
			const { pool } = test.database;
			await pool.query(`CREATE TEMP TABLE t (v ${columnDefinition(type)}); DROP TABLE t`);
			const { rows } = await pool.query("SELECT pg_typeof(NULL::" + columnType(type) + ")::text AS type");
			expect(rows[0].type).toBe(columnType(type));
		}
	});
});
