import { daysFromCivil, formatDays, isDate } from "./calendar.ts";

const spelling = /^(\d{4})-(\d{2})-(\d{2})$/;

/** 0001-01-01 and 9999-12-31. */
const minDays = -719_162;
const maxDays = 2_932_896;

/** Is it in the years that are written, 0001 to 9999? */
export const isDay = (days: number): boolean => days >= minDays && days <= maxDays;

/** Days since 1970-01-01 of `YYYY-MM-DD`, years 0001 to 9999. Undefined when the text is no such date. */
export function parseDate(text: string): number | undefined {
	const parts = spelling.exec(text);
	if (parts === null) return undefined;
	const year = Number(parts[1]);
	const month = Number(parts[2]);
	const day = Number(parts[3]);
	return isDate(year, month, day) ? daysFromCivil(year, month, day) : undefined;
}

/** `YYYY-MM-DD` of days since 1970-01-01. Years that `parseDate` does not take are written with a sign and six digits. */
export const formatDate = (days: number): string => formatDays(days);
