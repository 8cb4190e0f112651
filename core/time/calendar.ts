/** The proleptic Gregorian calendar in days since 1970-01-01, for any year: `Date` ends before 64-bit microseconds do. */

/** Days since 1970-01-01 of a date that exists. Months count from 1. */
export function daysFromCivil(year: number, month: number, day: number): number {
	// Years begin in March here, so that the leap day is a year's last.
	const y = month <= 2 ? year - 1 : year;
	const era = Math.floor(y / 400);
	const yearOfEra = y - era * 400;
	const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
	const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
	return era * 146_097 + dayOfEra - 719_468;
}

/** `YYYY-MM-DD` of a day since 1970-01-01. Years outside 0–9999 have a sign and six digits, as ISO 8601 writes them. */
export function formatDays(days: number): string {
	const shifted = days + 719_468;
	const era = Math.floor(shifted / 146_097);
	const dayOfEra = shifted - era * 146_097;
	const yearOfEra = Math.floor(
		(dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
	);
	const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
	const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
	const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
	const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
	const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
	return `${formatYear(year)}-${twoDigits(month)}-${twoDigits(day)}`;
}

/** Whether there is such a day, in the years 1 to 9999. */
export function isDate(year: number, month: number, day: number): boolean {
	return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

export const twoDigits = (n: number): string => (n < 10 ? `0${n}` : `${n}`);

function daysInMonth(year: number, month: number): number {
	if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
	return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function formatYear(year: number): string {
	if (year >= 0 && year <= 9999) return String(year).padStart(4, "0");
	return (year < 0 ? "-" : "+") + String(Math.abs(year)).padStart(6, "0");
}
