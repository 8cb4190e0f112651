import type { Micros } from "../values/value.ts";
import { daysFromCivil, formatDays, isDate, twoDigits } from "./calendar.ts";

const spelling =
	/^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,64}))?(?:([Zz])|([+-])(\d{2}):(\d{2}))?)?$/;

const microsPerSecond = 1_000_000n;
const secondsPerDay = 86_400;
/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, in seconds: an offset must not lead out of these years. */
const minSeconds = -62_135_596_800;
const maxSeconds = 253_402_300_799;

/** Is it in the years that are written, 0001 to 9999? */
export const isTimestamp = (micros: Micros): boolean =>
	micros >= BigInt(minSeconds) * microsPerSecond && micros < BigInt(maxSeconds + 1) * microsPerSecond;

/**
 * The instant that an RFC 3339 text names, in microseconds. Also taken: a space for the `T`, lower-case `t` and `z`,
 * no offset (UTC), a date alone (its midnight). Undefined when it is none, lies outside the years 0001 to 9999,
 * or is finer than a microsecond. Leap seconds do not exist.
 */
export function parseTimestamp(text: string): Micros | undefined {
	const parts = spelling.exec(text);
	if (parts === null) return undefined;
	const year = Number(parts[1]);
	const month = Number(parts[2]);
	const day = Number(parts[3]);
	if (!isDate(year, month, day)) return undefined;
	let seconds = daysFromCivil(year, month, day) * secondsPerDay;
	if (parts[4] === undefined) return BigInt(seconds) * microsPerSecond;

	const hour = Number(parts[4]);
	const minute = Number(parts[5]);
	const second = Number(parts[6]);
	if (hour > 23 || minute > 59 || second > 59) return undefined;
	seconds += hour * 3600 + minute * 60 + second;

	if (parts[9] !== undefined) {
		const offsetHour = Number(parts[10]);
		const offsetMinute = Number(parts[11]);
		if (offsetHour > 23 || offsetMinute > 59) return undefined;
		const offset = offsetHour * 3600 + offsetMinute * 60;
		seconds += parts[9] === "-" ? offset : -offset;
		if (seconds < minSeconds || seconds > maxSeconds) return undefined;
	}

	const micros = BigInt(seconds) * microsPerSecond;
	const fraction = parts[7];
	if (fraction === undefined) return micros;
	for (let i = 6; i < fraction.length; i++) if (fraction.charCodeAt(i) !== 48) return undefined;
	return micros + BigInt(fraction.slice(0, 6).padEnd(6, "0"));
}

/**
 * RFC 3339 in UTC with `Z`; a fraction of three or six digits only where it is not zero. Exact for every 64-bit
 * number; years that `parseTimestamp` does not take are written with a sign and six digits.
 */
export function formatTimestamp(micros: Micros): string {
	let whole = micros / microsPerSecond;
	let fraction = Number(micros - whole * microsPerSecond);
	if (fraction < 0) {
		fraction += 1_000_000;
		whole -= 1n;
	}
	const seconds = Number(whole);
	const days = Math.floor(seconds / secondsPerDay);
	const ofDay = seconds - days * secondsPerDay;
	const hour = Math.floor(ofDay / 3600);
	const minute = Math.floor((ofDay % 3600) / 60);
	const time = `${formatDays(days)}T${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(ofDay % 60)}`;
	if (fraction === 0) return `${time}Z`;
	if (fraction % 1000 === 0) return `${time}.${String(fraction / 1000).padStart(3, "0")}Z`;
	return `${time}.${String(fraction).padStart(6, "0")}Z`;
}
