/** PostgreSQL's text form of timestamptz and date, exact to the microsecond and for years of any length. */
import { daysFromCivil, formatDays } from "../../core/time/calendar.ts";
import type { Micros } from "../../core/values/value.ts";

const microsPerSecond = 1_000_000n;
const secondsPerDay = 86_400;
const microsPerDay = 86_400_000_000n;

/** 4714-11-24 BC, the first day that PostgreSQL knows, and the last microsecond that it takes. */
export const firstDay = -2_440_588;
export const firstMicros = BigInt(firstDay) * microsPerDay;
export const lastMicros = 9_224_318_015_999_999_999n;
export const lastDay = 2_145_042_905;

const timestampText =
	/^(\d{4,})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/;
const dateText = /^(\d{4,})-(\d\d)-(\d\d)( BC)?$/;

/** Undefined: infinite, or not PostgreSQL's ISO form. */
export function parseTimestampText(text: string): Micros | undefined {
	const parts = timestampText.exec(text);
	if (parts === null) return undefined;
	const days = daysFromCivil(yearOf(parts[1], parts[12]), Number(parts[2]), Number(parts[3]));
	const offset = Number(parts[9]) * 3600 + Number(parts[10] ?? 0) * 60 + Number(parts[11] ?? 0);
	const seconds =
		days * secondsPerDay +
		Number(parts[4]) * 3600 +
		Number(parts[5]) * 60 +
		Number(parts[6]) -
		(parts[8] === "-" ? -offset : offset);
	const fraction = parts[7];
	const micros = fraction === undefined ? 0 : Number(fraction.padEnd(6, "0"));
	return BigInt(seconds) * microsPerSecond + BigInt(micros);
}

export function formatTimestampText(micros: Micros): string {
	let day = micros / microsPerDay;
	let ofDay = Number(micros - day * microsPerDay);
	if (ofDay < 0) {
		day -= 1n;
		ofDay += Number(microsPerDay);
	}
	const seconds = Math.floor(ofDay / 1_000_000);
	const fraction = ofDay - seconds * 1_000_000;
	const clock = `${twoDigits(Math.floor(seconds / 3600))}:${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
	const { date, era } = civil(Number(day));
	return `${date} ${clock}${fraction === 0 ? "" : `.${String(fraction).padStart(6, "0")}`}+00${era}`;
}

/** Days since 1970-01-01. Undefined: infinite, or not PostgreSQL's ISO form. */
export function parseDateText(text: string): number | undefined {
	const parts = dateText.exec(text);
	if (parts === null) return undefined;
	return daysFromCivil(yearOf(parts[1], parts[4]), Number(parts[2]), Number(parts[3]));
}

export function formatDateText(days: number): string {
	const { date, era } = civil(days);
	return date + era;
}

/** There is no year 0: what astronomers call -1 is 2 BC. */
const yearOf = (digits: string | undefined, era: string | undefined): number =>
	era === undefined ? Number(digits) : 1 - Number(digits);

function civil(days: number): { date: string; era: string } {
	const iso = formatDays(days);
	const rest = iso.slice(-6);
	const year = Number(iso.slice(0, -6));
	if (year > 0) return { date: String(year).padStart(4, "0") + rest, era: "" };
	return { date: String(1 - year).padStart(4, "0") + rest, era: " BC" };
}

const twoDigits = (n: number): string => (n < 10 ? `0${n}` : `${n}`);
