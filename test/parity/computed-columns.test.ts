/** Columns that a push source computes: the log, the online values and training data hold what a naive oracle says. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FeatureFrame } from "../../core/reads/frame.ts";
import { formatTimestamp } from "../../core/time/timestamp.ts";
import { testDatabase } from "../support/database.ts";
import { applyText, definitionsInput } from "../support/registry.ts";
import { anyone } from "../support/run-house.ts";
import { type ParityHouse, parityHouse, second } from "./house.ts";

const start = 1_704_067_200n * second;
const test = testDatabase();
let house: ParityHouse;
beforeAll(async () => {
	house = await parityHouse(test.database, start, null);
});
afterAll(() => house.close());

const at = (seconds: number): string => formatTimestamp(start + BigInt(seconds) * second);

const definitions = (total: string, more = ""): string => `
entities: { cart: { joinKeys: { cart: string } } }
sources:
  carts:
    push: {}
    eventTime: at
    columns:
      cart: string
      at: timestamp
      price: float64
      quantity: int64
      total: { type: float64, expression: "${total}" }
views: { spend: { entities: [cart], source: carts, features: { price: float64, quantity: int64, total: float64 }${more} } }
`;
const price = "price * double(quantity)";

let projectNumber = 0;
function project() {
	const name = `computed_${projectNumber++}`;
	house.time.now = start;
	const read = (features: string[], carts: readonly string[]) => ({
		project: name,
		features,
		bindings: [],
		entities: carts.map((cart) => ({ cart })),
	});
	return {
		name,
		apply: (content: string) => applyText(house.registry, content, { project: name }),
		push: (rows: unknown[], deletes: unknown[] = []) =>
			house.push({ project: name, into: { source: "carts" }, rows, deletes, to: "BOTH" }),
		async both(features: string[], ...carts: string[]) {
			const answer = valuesOf(await house.online(read(features, carts)));
			expect(answer).toEqual(valuesOf(await house.historical(read(features, carts))));
			return answer;
		},
	};
}

/** By feature, by row: the value, or its status where there is none. */
const valuesOf = ({ columns }: FeatureFrame): unknown[] =>
	columns
		.filter(({ role }) => role === "FEATURE")
		.map(({ values, statuses }) => values.map((value, i) => value ?? statuses?.[i]));

describe("a computed column", () => {
	it("is computed once, when the row comes: online and in training data it is the same", async () => {
		const { apply, push, both } = project();
		await apply(definitions(price));
		expect(await push([{ cart: "a", at: at(-5), price: 2.5, quantity: 4 }])).toMatchObject({
			accepted: 1,
			rejected: [],
		});
		expect(await both(["spend:total"], "a", "b")).toEqual([[10, "NOT_FOUND"]]);
	});

	it("is null where an operand is, and what is omitted is told", async () => {
		const { apply, push, both } = project();
		await apply(definitions(price));
		const { warnings } = await push([
			{ cart: "a", at: at(-5), price: null, quantity: 4 },
			{ cart: "b", at: at(-5), quantity: 4 },
		]);
		expect(warnings.map(({ code, name, index }) => [code, name, index])).toEqual([["OMITTED_FEATURE", "price", 1]]);
		expect(await both(["spend:total"], "a", "b")).toEqual([["NULL_VALUE", "NULL_VALUE"]]);
	});

	it("makes a row bad by its index where it cannot be computed, or is given", async () => {
		const { apply, push, both } = project();
		await apply(definitions("double(string(quantity) + cart)"));
		const { accepted, rejected } = await push([
			{ cart: "1", at: at(-5), quantity: 4 },
			{ cart: "x", at: at(-5), quantity: 4 },
			{ cart: "2", at: at(-5), quantity: 4, total: 8 },
			{ cart: "3", at: at(-5), quantity: 4, total: null },
		]);
		expect(accepted).toBe(1);
		expect(rejected.map(({ code, index, name }) => [code, index, name])).toEqual([
			["EXPRESSION_FAILED", 1, "total"],
			["COMPUTED_COLUMN", 2, "total"],
			["COMPUTED_COLUMN", 3, "total"],
		]);
		expect(await both(["spend:total"], "1", "x")).toEqual([[41, "NOT_FOUND"]]);
	});

	it("makes a new version of the views where its expression changes; rows that are there keep their values", async () => {
		const { apply, push, both, name } = project();
		await apply(definitions(price));
		await push([
			{ cart: "a", at: at(-9), price: 2, quantity: 4 },
			{ cart: "b", at: at(-9), price: 2, quantity: 4 },
		]);
		const changed = definitions("price * 100");
		const plan = await house.registry.plan(anyone, definitionsInput(changed, { project: name }));
		expect(JSON.stringify(plan)).toContain("columns.total.expression");
		await apply(changed);
		await house.materialize(name, { incremental: false });
		await push([{ cart: "b", at: at(-5), price: 2, quantity: 4 }]);
		expect(await both(["spend@2:total"], "a", "b")).toEqual([[8, 200]]);
		// Without a change there is no new version.
		await apply(changed);
		await expect(both(["spend@3:total"], "a")).rejects.toMatchObject({ code: "UNKNOWN_VIEW" });
	});

	it("may be a key, or the event time; deletions compute them too", async () => {
		const { name, apply, push } = project();
		await apply(`
entities: { lane: { joinKeys: { lane: string } } }
sources:
  carts:
    push: {}
    eventTime: at
    columns:
      origin: string
      target: string
      seconds: int64
      lane: { type: string, expression: "origin + '-' + target" }
      at: { type: timestamp, expression: "timestamp('2024-01-01T00:00:00Z') + duration('1s')" }
      load: int64
views: { lanes: { entities: [lane], source: carts, features: { load: int64 } } }
`);
		house.time.now = start + 10n * second;
		const { rejected } = await push([
			{ origin: "a", target: "b", load: 1 },
			{ origin: "a", load: 2 },
			{ origin: "a", target: "c", load: 3 },
		]);
		expect(rejected).toMatchObject([{ code: "MISSING_JOIN_KEY", index: 1, name: "lane" }]);
		const entities = [{ lane: "a-b" }, { lane: "a-c" }];
		const all = { project: name, features: ["lanes:load"], bindings: [], entities };
		expect(valuesOf(await house.online(all))).toEqual([["1", "3"]]);
		expect(await push([], [{ lane: "a-b" }])).toMatchObject({ rejected: [{ code: "COMPUTED_COLUMN" }] });
		expect(await push([], [{ origin: "a", target: "b", load: 7 }])).toMatchObject({ accepted: 1 });
		expect(valuesOf(await house.historical(all))).toEqual([["NOT_FOUND", "3"]]);
		expect(valuesOf(await house.online(all))).toEqual([["NOT_FOUND", "3"]]);
	});

	it("stays as it was where a partial row omits what it is computed of, in the log and beside it", async () => {
		const { name, apply, push, both } = project();
		await apply(definitions(price, ", partial: true"));
		await push([{ cart: "a", at: at(-9), price: 2, quantity: 4 }]);
		await push([{ cart: "a", at: at(-8), price: 3 }]);
		expect(await both(["spend:price", "spend:total"], "a")).toEqual([[3], [8]]);
		const volatile = { project: name, into: { source: "carts" }, deletes: [], to: "ONLINE" as const };
		const read = { project: name, features: ["spend:price", "spend:total"], bindings: [], entities: [{ cart: "a" }] };
		await house.push({ ...volatile, rows: [{ cart: "a", at: at(-7), price: 5 }] });
		expect(valuesOf(await house.online(read))).toEqual([[5], [8]]);
		await house.push({ ...volatile, rows: [{ cart: "a", at: at(-6), price: 5, quantity: 2 }] });
		expect(valuesOf(await house.online(read))).toEqual([[5], [10]]);
	});

	it("may not outgrow what can be kept", async () => {
		const { apply, push } = project();
		const doubled = Array.from({ length: 60 }, () => "cart").join(" + ");
		await apply(
			definitions("1.0 * price").replace(
				"price: float64\n",
				`price: float64\n      long: { type: string, expression: "${doubled}" }\n`,
			),
		);
		const row = (length: number) => ({ cart: "x".repeat(length), at: at(-5), price: 1, quantity: 1 });
		const { accepted, rejected } = await push([row(10), row(20_000), row(1_900)]);
		expect(accepted).toBe(2);
		expect(rejected).toMatchObject([{ code: "LIMIT_EXCEEDED", index: 1, name: "long" }]);
	});
});

interface Pushed {
	readonly cart: string;
	readonly second: number;
	readonly price: number | null | undefined;
	readonly quantity: number | null | undefined;
}

const anyPush = (cell: <T>(of: fc.Arbitrary<T>) => fc.Arbitrary<T | null | undefined>): fc.Arbitrary<Pushed[][]> =>
	fc.array(
		fc.array(
			fc.record<Pushed>({
				cart: fc.constantFrom("a", "b", "c"),
				second: fc.integer({ min: -20, max: 0 }),
				price: cell(fc.constantFrom(0, 0.1, 2.5, -3, 1e308)),
				quantity: cell(fc.constantFrom(0, 1, 7, 2 ** 53 - 1)),
			}),
			{ minLength: 1, maxLength: 6 },
		),
		{ minLength: 1, maxLength: 4 },
	);

/** Has nulls in a test, a division by zero, and what no double holds. */
const formula = "quantity > 5 ? price * double(quantity) : price / quantity";

function computed(price: number | null, quantity: number | null): number | null {
	if (price === null) return null;
	if (quantity !== null && quantity > 5) return price * quantity;
	return quantity === null || quantity === 0 ? null : price / quantity;
}

/** Rows in the order of their times; of one time the later push wins. What a partial row omits was there before. */
function newest(pushes: readonly (readonly Pushed[])[], cart: string, partial: boolean): unknown[] {
	const rows = pushes
		.flat()
		.map((row, sequence) => ({ ...row, sequence }))
		.filter((row) => row.cart === cart)
		.sort((a, b) => a.second - b.second || a.sequence - b.sequence);
	let held = null as { price: number | null; quantity: number | null; total: number | null } | null;
	for (const { price, quantity } of rows) {
		const isWhole = price !== undefined && quantity !== undefined;
		held = {
			price: price === undefined && partial ? (held?.price ?? null) : (price ?? null),
			quantity: quantity === undefined && partial ? (held?.quantity ?? null) : (quantity ?? null),
			total: !isWhole && partial ? (held?.total ?? null) : computed(price ?? null, quantity ?? null),
		};
	}
	if (held === null) return ["NOT_FOUND", "NOT_FOUND", "NOT_FOUND"];
	const { quantity } = held;
	const shown = [held.price, quantity === null ? null : String(quantity), held.total];
	return shown.map((value) => (value === Number.POSITIVE_INFINITY ? "Infinity" : (value ?? "NULL_VALUE")));
}

it.each([false, true])("whatever is pushed, both sides say what the oracle does (partial: %s)", async (partial) => {
	const { apply, push, both } = project();
	let run = 0;
	await apply(definitions(formula, partial ? ", partial: true" : ""));
	await fc.assert(
		fc.asyncProperty(
			anyPush((of) => fc.oneof({ weight: 4, arbitrary: of }, fc.constant(null), fc.constant(undefined))),
			async (pushes) => {
				const mine = run++;
				const named = (cart: string) => `${cart}${mine}`;
				for (const rows of pushes) {
					const sent = rows.map(({ cart, second: s, price: p, quantity: q }) => ({
						cart: named(cart),
						at: at(s),
						...(p === undefined ? {} : { price: p }),
						...(q === undefined ? {} : { quantity: q }),
					}));
					expect(await push(sent)).toMatchObject({ accepted: rows.length, rejected: [] });
				}
				const asked = ["a", "b", "c"];
				const columns = await both(["spend:price", "spend:quantity", "spend:total"], ...asked.map(named));
				const expected = asked.map((cart) => newest(pushes, cart, partial));
				expect(columns).toEqual([0, 1, 2].map((column) => expected.map((row) => row[column])));
			},
		),
		{ numRuns: 12 },
	);
});
