import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDate, parseDate } from "../../../core/time/date.ts";
import { formatDuration, parseDuration } from "../../../core/time/duration.ts";
import { formatTimestamp, parseTimestamp } from "../../../core/time/timestamp.ts";

const firstMicros = BigInt(Date.UTC(2000, 0, 1) - 63_082_281_600_000) * 1000n;
const lastMicros = BigInt(Date.UTC(9999, 11, 31, 23, 59, 59, 999)) * 1000n + 999n;

describe("timestamps", () => {
	it.each([
		["1970-01-01T00:00:00Z", 0n],
		["1970-01-01t00:00:00z", 0n],
		["1970-01-01 00:00:00", 0n],
		["1970-01-01", 0n],
		["1969-12-31T23:59:59.999999Z", -1n],
		["2024-02-29T12:34:56.789Z", 1_709_210_096_789_000n],
		["2024-02-29T12:34:56.7890001230", undefined],
		["2024-02-29T12:34:56.7890010000Z", 1_709_210_096_789_001n],
		["2024-02-29T14:34:56+02:00", 1_709_210_096_000_000n],
		["2024-02-29T12:04:56-00:30", 1_709_210_096_000_000n],
		["0001-01-01T00:00:00Z", firstMicros],
		["9999-12-31T23:59:59.999999Z", lastMicros],
		["0001-01-01T00:00:00+00:01", undefined],
		["9999-12-31T23:59:59-00:01", undefined],
		["0000-01-01T00:00:00Z", undefined],
		["10000-01-01T00:00:00Z", undefined],
		["2024-02-30", undefined],
		["2023-02-29", undefined],
		["1900-02-29", undefined],
		["2024-13-01", undefined],
		["2024-04-31T00:00:00Z", undefined],
		["2024-01-01T24:00:00Z", undefined],
		["2024-01-01T00:60:00Z", undefined],
		["2024-01-01T00:00:60Z", undefined],
		["2024-01-01T00:00:00+24:00", undefined],
		["2024-01-01T00:00:00.Z", undefined],
		["2024-01-01Z", undefined],
		[" 2024-01-01", undefined],
		["2024-01-01\n", undefined],
		["yesterday", undefined],
		["", undefined],
	])("reads %s", (text, micros) => expect(parseTimestamp(text)).toBe(micros));

	it("writes a fraction only where there is one, in three or six digits", () => {
		expect(formatTimestamp(0n)).toBe("1970-01-01T00:00:00Z");
		expect(formatTimestamp(-1n)).toBe("1969-12-31T23:59:59.999999Z");
		expect(formatTimestamp(1_000n)).toBe("1970-01-01T00:00:00.001Z");
		expect(formatTimestamp(120n)).toBe("1970-01-01T00:00:00.000120Z");
	});

	it("agrees with Date on every millisecond of the years 1 to 9999, and reads back what it writes", () => {
		fc.assert(
			fc.property(fc.bigInt({ min: firstMicros, max: lastMicros }), (micros) => {
				const text = formatTimestamp(micros);
				const millis =
					(((micros % 1000n) + 1000n) % 1000n === 0n ? micros : micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n;
				expect(text.slice(0, 19)).toBe(new Date(Number(millis)).toISOString().slice(0, 19));
				expect(parseTimestamp(text)).toBe(micros);
			}),
			{ numRuns: 2000 },
		);
	});

	it("writes what lies outside of these years without failing", () => {
		expect(formatTimestamp(2n ** 63n - 1n)).toBe("+294247-01-10T04:00:54.775807Z");
		expect(formatTimestamp(-(2n ** 63n))).toBe("-290308-12-21T19:59:05.224192Z");
		expect(formatDate(-719_529)).toBe("-000001-12-31");
	});
});

describe("dates", () => {
	it("agree with Date on every day of the years 1 to 9999", () => {
		for (let days = -719_162; days <= 2_932_896; days += 37) {
			const text = formatDate(days);
			expect(text).toBe(new Date(days * 86_400_000).toISOString().slice(0, 10));
			expect(parseDate(text)).toBe(days);
		}
	});

	it.each(["2024-02-30", "2024-1-1", "2024-01-01T00:00:00Z", "0000-01-01", "x"])("refuse %s", (text) =>
		expect(parseDate(text)).toBeUndefined(),
	);
});

describe("durations", () => {
	it.each([
		["30s", 30],
		["5m", 300],
		["2h", 7200],
		["7d", 604_800],
		["0s", undefined],
		["-5m", undefined],
		["5", undefined],
		["5w", undefined],
		["1h30m", undefined],
		["1.5h", undefined],
		["999999999999d", undefined],
	])("read %s", (text, seconds) => expect(parseDuration(text)).toBe(seconds));

	it("are written in the greatest unit that divides them", () => {
		expect([30, 90, 3600, 86_400, 90_000].map(formatDuration)).toEqual(["30s", "90s", "1h", "1d", "25h"]);
	});
});
