import { describe, expect, it } from "vitest";
import { compileExpression, type ExpressionDeclarations } from "../../../core/expressions/compile-expression.ts";
import { EvaluationFailure } from "../../../core/expressions/expression-error.ts";
import type { Value } from "../../../core/values/value.ts";
import { columnsOf, typeNamed } from "../../support/registry-snapshot.ts";

const declarations: ExpressionDeclarations = {
	request: columnsOf({
		hour: "int32",
		text: "string",
		at: "timestamp",
		xs: "array<int64>",
		json: "json",
		flag: "bool",
		day: "date",
		small: "float32",
		raw: "bytes",
	}),
	views: [{ name: "airport_delays", features: columnsOf({ delay_mean_1h: "float64", flights: "int64" }) }],
};

function run(text: string, type: string, operands: Readonly<Record<string, Value>> = {}): unknown {
	const compiled = compileExpression(text, declarations, typeNamed(type));
	const result = compiled.evaluate(
		compiled.references.map(({ scope, name }) => operands[scope === "request" ? name : `${scope}.${name}`] ?? null),
	);
	return result instanceof EvaluationFailure ? "failed" : result;
}

function refusal(text: string, type = "float64"): { readonly message: string; readonly nearest: readonly string[] } {
	try {
		compileExpression(text, declarations, typeNamed(type));
	} catch (error) {
		expect(error).toMatchObject({ code: "INVALID_EXPRESSION" });
		const { message, details } = error as { message: string; details: { nearest?: string[] } };
		return { message, nearest: details.nearest ?? [] };
	}
	throw new Error(`"${text}" was not refused`);
}

const delay = "airport_delays.delay_mean_1h";
const flights = "airport_delays.flights";

describe("what users write", () => {
	const rush = `request.hour >= 16 ? ${delay} * 1.5 : ${delay}`;

	it("mixes an int32 of the request with a float64 feature", () => {
		expect(run(rush, "float64", { hour: 17, [delay]: 10 })).toBe(15);
		expect(run(rush, "float64", { hour: 9, [delay]: 10 })).toBe(10);
	});

	it("takes the else branch where the test is null, and gives null for a null operand", () => {
		expect(run(rush, "float64", { hour: null, [delay]: 10 })).toBe(10);
		expect(run(rush, "float64", { hour: 17, [delay]: null })).toBeNull();
	});

	it("computes with ints beside doubles", () => {
		expect(run("2.5 + 1", "float64")).toBe(3.5);
		expect(run(`${flights} * 2 + 0.5`, "float64", { [flights]: 3n })).toBe(6.5);
		expect(run(`${flights} > 2.5`, "bool", { [flights]: 3n })).toBe(true);
	});

	it("divides exactly, and by zero to null", () => {
		expect(run(`${flights} / 2`, "float64", { [flights]: 7n })).toBe(3.5);
		expect(run("1 / 0", "float64")).toBeNull();
		expect(run("1.0 / 0.0", "float64")).toBeNull();
		expect(run("7 % 0", "int64")).toBeNull();
		expect(run("-7 % 3", "int64")).toBe(-1n);
	});

	it("reads JSON by what it is used as", () => {
		const json = '{"a":{"b":2,"s":"x"},"l":[1,null,3]}';
		expect(run("request.json.a.b + 1", "float64", { json })).toBe(3);
		expect(run("request.json.a.s == 'x'", "bool", { json })).toBe(true);
		expect(run("request.json.missing.b", "float64", { json })).toBeNull();
		expect(run("request.json.l[2]", "int64", { json })).toBe(3n);
		expect(run("request.json.a.s + 1", "float64", { json })).toBe("failed");
		expect(run("request.json.a", "json", { json })).toBe('{"b":2,"s":"x"}');
	});

	it("computes with times in UTC", () => {
		const at = 1_577_836_800_000_000n + 3_600_000_001n;
		expect(run("request.at - timestamp('2020-01-01T00:00:00Z') > duration('1h')", "bool", { at })).toBe(true);
		expect(run("request.at.getHours()", "int32", { at })).toBe(1);
		expect(run("timestamp(request.day).getDayOfWeek()", "int32", { day: 0 })).toBe(4);
		expect(run("date(request.at)", "date", { at: -1n })).toBe(-1);
		expect(run("request.at.getHours()", "int32", { at: -1n })).toBe(23);
	});

	it("knows the parts of a date in all years that can be written", () => {
		const parts = (at: Value) =>
			["getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfYear", "getDayOfWeek"].map((part) =>
				run(`request.at.${part}()`, "int32", { at }),
			);
		const micros = (text: string) => run(`timestamp('${text}')`, "timestamp") as Value;
		expect(parts(micros("0001-01-01T00:00:00Z"))).toEqual([1, 0, 1, 0, 0, 1]);
		expect(parts(micros("0050-03-01T00:00:00Z"))).toEqual([50, 2, 1, 0, 59, 2]);
		expect(parts(micros("0099-12-31T23:59:59Z"))).toEqual([99, 11, 31, 30, 364, 4]);
		expect(parts(micros("2024-12-31T23:59:59Z"))).toEqual([2024, 11, 31, 30, 365, 2]);
		expect(parts(micros("9999-12-31T23:59:59Z"))).toEqual([9999, 11, 31, 30, 364, 5]);
	});

	it("fails where a time leaves the years that can be written", () => {
		const last = run("timestamp('9999-12-31T23:59:59.999999Z')", "timestamp") as Value;
		const first = run("timestamp('0001-01-01T00:00:00Z')", "timestamp") as Value;
		expect(run("request.at", "timestamp", { at: last })).toBe(last);
		expect(run("request.at + duration('1us')", "timestamp", { at: last })).toBe("failed");
		expect(run("duration('1us') + request.at", "timestamp", { at: last })).toBe("failed");
		expect(run("request.at - duration('1us')", "timestamp", { at: first })).toBe("failed");
		expect(run("timestamp(253402300799)", "timestamp")).toBe(253_402_300_799_000_000n);
		// Milliseconds and microseconds, as many a column has them: no instant of the distant future.
		for (const seconds of ["253402300800", "1714550400000", "8640000000001", "1714550400000000", "-62135596801"]) {
			expect(run(`timestamp(${seconds})`, "timestamp")).toBe("failed");
			expect(run(`timestamp(${seconds}).getFullYear()`, "int32")).toBe("failed");
		}
		expect(run("date(timestamp(253402300800))", "date")).toBe("failed");
		// What a file holds no text has named.
		expect(run("timestamp(request.day)", "timestamp", { day: 2_932_896 })).toBe(253_402_214_400_000_000n);
		expect(run("timestamp(request.day)", "timestamp", { day: 2_147_483_647 })).toBe("failed");
		expect(run("request.at.getFullYear()", "int32", { at: 2n ** 63n - 1n })).toBe("failed");
		expect(run("request.at.getDayOfYear()", "int32", { at: -(2n ** 63n) })).toBe("failed");
	});

	it("knows lists and their macros", () => {
		expect(run("request.xs.map(x, x * 2).filter(y, y > 2)", "array<int64>", { xs: [1n, null, 3n] })).toEqual([6n]);
		expect(run("size(request.xs)", "int32", { xs: [1n, null] })).toBe(2);
		expect(run("request.xs[5]", "int64", { xs: [1n] })).toBeNull();
		expect(run("request.xs.exists(x, x > 2)", "bool", { xs: [1n, null, 3n] })).toBe(true);
		expect(run("request.xs.exists(x, x > 5)", "bool", { xs: [1n, null, 3n] })).toBeNull();
		expect(run("request.xs.all(x, x > 2)", "bool", { xs: [null, 1n] })).toBe(false);
	});

	it("tests for null", () => {
		expect(run(`has(${delay})`, "bool")).toBe(false);
		expect(run(`${delay} == null ? -1.0 : ${delay}`, "float64")).toBe(-1);
		expect(run(`coalesce(${delay}, ${flights}, 0)`, "float64", { [flights]: 4n })).toBe(4);
	});
});

describe("exactness", () => {
	it("keeps 64-bit integers whole, and fails instead of wrapping around", () => {
		const big = 2n ** 63n - 1n;
		expect(run(flights, "int64", { [flights]: big })).toBe(big);
		expect(run(`${flights} - 1`, "int64", { [flights]: big })).toBe(big - 1n);
		expect(run(`${flights} + 1`, "int64", { [flights]: big })).toBe("failed");
		expect(run("-9223372036854775808", "int64")).toBe(-(2n ** 63n));
		expect(run(`${flights} == 9007199254740993`, "bool", { [flights]: 2n ** 53n + 1n })).toBe(true);
		expect(run(`${flights} == 9007199254740992.0`, "bool", { [flights]: 2n ** 53n + 1n })).toBe(false);
	});

	it("keeps the range of the declared type", () => {
		expect(run(flights, "int32", { [flights]: 2n ** 31n - 1n })).toBe(2 ** 31 - 1);
		expect(run(flights, "int32", { [flights]: 2n ** 31n })).toBe("failed");
		expect(run(delay, "float32", { [delay]: 0.1 })).toBe(Math.fround(0.1));
		expect(run(delay, "float32", { [delay]: 1e300 })).toBe("failed");
	});

	it("keeps integers within JSON whole beyond 2^53", () => {
		const json = '{"a":9007199254740993,"b":9007199254740992,"c":1e20,"d":18446744073709551616}';
		expect(run("request.json", "json", { json })).toBe(
			'{"a":9007199254740993,"b":9007199254740992,"c":100000000000000000000,"d":18446744073709551616}',
		);
		// Whoever wrote it may have rounded it.
		expect(run("request.json.a", "int64", { json })).toBe("failed");
		expect(run("request.json.a == request.json.b", "bool", { json })).toBe(false);
		expect(run("request.json.a in [request.json.b]", "bool", { json })).toBe(false);
		expect(run("request.json.a", "float64", { json })).toBe(2 ** 53);
		expect(run("request.json.c", "int64", { json })).toBe("failed");
		expect(run("request.json.d", "int64", { json })).toBe("failed");
		expect(run("request.json.d", "float64", { json })).toBe(2 ** 64);
		expect(run("request.json.a", "string", { json })).toBe("failed");
	});

	it("reads the numbers that it writes", () => {
		for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-7, 5e-324, 1.5e300]) {
			expect(run(`double(string(${delay}))`, "float64", { [delay]: value })).toBe(value);
		}
		expect(run("double('infinity')", "float64")).toBe("failed");
	});

	it("gives an error to one value alone", () => {
		const compiled = compileExpression("int(request.text)", declarations, typeNamed("int64"));
		const results = [["12"], ["x"], ["-3"], [null]].map((operands) => compiled.evaluate(operands));
		expect(results.map((result) => (result instanceof EvaluationFailure ? "failed" : result))).toEqual([
			12n,
			"failed",
			-3n,
			null,
		]);
	});
});

describe("refusals", () => {
	it("names the nearest variables and the column", () => {
		expect(refusal(`1.0 + airport_delays.delay_mean_1`)).toMatchObject({ nearest: [delay] });
		expect(refusal("1.0 + airport_delays.delay_mean_1").message).toContain("column 7");
		expect(refusal("airport_delay.flights")).toMatchObject({ nearest: ["airport_delays"] });
		expect(refusal("hour")).toMatchObject({ nearest: ["request.hour"] });
		expect(refusal("request.hours")).toMatchObject({ nearest: ["request.hour"] });
		expect(refusal("request.text.startWith('a')", "bool")).toMatchObject({ nearest: ["startsWith"] });
		expect(refusal("1 +\n* 2").message).toContain("line 2, column 1");
	});

	it.each([
		["request.hour + request.text", "string"],
		["request.flag + 1", "int64"],
		["request.flag ? 1 : 'a'", "int64"],
		["request.hour && true", "bool"],
		["request.text", "float64"],
		["request.text > 1", "bool"],
		["2.5", "int64"],
		["airport_delays", "json"],
		["1u", "int64"],
		["{'a': 1}", "json"],
		["[1, 'a']", "array<int64>"],
		["9223372036854775808", "int64"],
		["now()", "timestamp"],
		["[request.at]", "json"],
		["", "int64"],
	])("refuses %s as %s", (text, type) => {
		refusal(text, type);
	});

	it("keeps expressions within bounds", () => {
		refusal(`${"(".repeat(2000)}1${")".repeat(2000)}`);
		refusal("-".repeat(3000) + "1");
		refusal(Array(400).fill("1").join(" + "));
		refusal("1".padEnd(5000, " "));
		expect(refusal("request.xs.all(x, request.xs.all(y, request.xs.all(z, true)))", "bool").message).toContain(
			"nested",
		);
	});

	it("bounds the work of one evaluation", () => {
		const xs = new Array<bigint>(1000).fill(1n);
		expect(run("request.xs.all(x, request.xs.all(y, x == y))", "bool", { xs })).toBe("failed");
		expect(run("request.xs.all(x, x == 1)", "bool", { xs })).toBe(true);
	});

	it("counts what operators go through as it counts what macros do", () => {
		const xs = new Array<bigint>(1000).fill(1n);
		expect(run("request.xs.all(x, !(2 in request.xs))", "bool", { xs })).toBe("failed");
		expect(run("request.xs.all(x, request.xs == request.xs)", "bool", { xs })).toBe("failed");
		expect(run("request.xs.map(x, request.xs + request.xs).exists(l, size(l) == 0)", "bool", { xs })).toBe("failed");
		const doubled = ["request.xs", ...new Array<string>(120).fill("request.xs")].join(" + ");
		expect(run(`size(${doubled})`, "int64", { xs })).toBe("failed");
		expect(run("size(request.xs + request.xs + request.xs)", "int64", { xs })).toBe(3000n);
		expect(run("1 in request.xs && request.xs == request.xs", "bool", { xs })).toBe(true);
	});

	it("counts long texts and bytes by the KiB", () => {
		const xs = new Array<bigint>(1000).fill(1n);
		const text = "a".repeat(200 * 1024);
		const raw = new Uint8Array(200 * 1024);
		for (const each of ["request.text.contains('b')", "request.text == 'b'", "request.raw == request.raw"]) {
			const every = `request.xs.all(x, (${each}) || true)`;
			expect(run(every, "bool", { xs, text: text.slice(0, 1023), raw: raw.slice(0, 1023) })).toBe(true);
			expect(run(every, "bool", { xs: xs.slice(0, 200), text, raw })).toBe(true);
			expect(run(every, "bool", { xs, text, raw })).toBe("failed");
		}
	});

	it("bounds what is made on the way", () => {
		const text = "a".repeat(2 ** 22);
		const raw = new Uint8Array(2 ** 22);
		const times = (name: string, count: number) => new Array<string>(count).fill(name).join(" + ");
		expect(run(`size(${times("request.text", 4)})`, "int64", { text })).toBe(2n ** 24n);
		expect(run(`size(${times("request.text", 5)})`, "int64", { text })).toBe("failed");
		expect(run(`size(${times("request.raw", 4)})`, "int64", { raw })).toBe(2n ** 24n);
		expect(run(`size(${times("request.raw", 5)})`, "int64", { raw })).toBe("failed");
		const xs = new Array<bigint>(1000).fill(1n);
		expect(run("size(request.xs.map(x, request.raw + request.raw))", "int64", { xs, raw })).toBe("failed");
		expect(run("request.xs.map(x, request.text)", "json", { xs, text })).toBe("failed");
		expect(run("request.xs.map(x, request.text).filter(t, false)", "json", { xs, text })).toBe("[]");
	});

	it("matches in linear time, and refuses what cannot be", () => {
		const began = performance.now();
		expect(run("request.text.matches('(a+)+$')", "bool", { text: `${"a".repeat(20_000)}!` })).toBe(false);
		expect(performance.now() - began).toBeLessThan(3000);
		refusal("request.text.matches('(a)\\\\1')", "bool");
		refusal("request.text.matches(request.text)", "bool");
	});

	it("does not reach into objects of the runtime", () => {
		expect(run("request.json.constructor", "json", { json: "{}" })).toBeNull();
		expect(run("request.json['__proto__']", "json", { json: "{}" })).toBeNull();
		refusal("request.constructor");
		refusal("request.text.constructor", "string");
	});
});
