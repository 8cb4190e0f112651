import type { UserError } from "../../../core/errors/user-error.ts";
import type { CacheReport } from "../../../core/online/cache-use.ts";
import type { ResolvedSelection } from "../../../core/reads/model.ts";
import { formatTimestamp } from "../../../core/time/timestamp.ts";
import { jsonTextOf } from "../../../core/values/json-text.ts";
import type { Column } from "../../../core/values/type.ts";
import type { Micros } from "../../../core/values/value.ts";
import type { ReadColumn } from "../read/online-columns.ts";
import { isStale, type OperationUse } from "../read/packed-reader.ts";
import type { OnlineRead } from "../read/read-latest.ts";
import type { Included } from "./question.ts";

/** The answer as JSON text, column by column: `{rowCount, columns, rowErrors, registryVersion}`. */
export function jsonAnswer(
	{ selection, rows, features, rowErrors }: OnlineRead,
	include: Included,
	use: OperationUse,
	cache: CacheReport | null,
): string {
	const heads = headsOf(selection);
	// One text from the beginning: a list of columns would be copied when they are joined.
	let columns = "";
	if (include.keys) {
		for (const [index, { name, type }] of [...selection.joinKeys, ...selection.request].entries()) {
			columns += `${heads.given[index] ?? ""}${jsonTextOf(rows.column(name), type)}},`;
		}
	}
	const times = include.eventTimes ? new Map<ReadColumn["eventTimes"], string>() : null;
	for (let index = 0; index < features.length; index++) {
		const column = features[index];
		const feature = selection.features[index];
		if (column === undefined || feature === undefined) continue;
		// What is not asked for is not read: statuses and times are made on the way.
		columns += `${heads.features[index] ?? ""}${jsonTextOf(column.values, feature.type)}`;
		if (isStale(use, feature.viewVersion)) columns += ',"stale":true';
		if (include.statuses) columns += `,"statuses":${statusesText(column.statuses)}`;
		if (times !== null) columns += `,"eventTimes":${sharedTimes(column.eventTimes, times)}`;
		columns += "},";
	}
	const errors = rowErrors.length === 0 ? "[]" : JSON.stringify(rowErrors.map(publicRowError));
	const { registryVersion } = selection.snapshot;
	const extensions = cache === null ? "" : `,"extensions":${JSON.stringify({ cache })}`;
	return `{"rowCount":${rows.rowCount},"columns":[${columns.slice(0, -1)}],"rowErrors":${errors},"registryVersion":${registryVersion}${extensions}}`;
}

/** As `UserError` of the GraphQL contract. */
export const publicRowError = ({ code, message, index, name, nearest, hint }: UserError) => ({
	code,
	message,
	index,
	name,
	nearest,
	hint,
});

/** Names that need no escape. */
const statusesText = (statuses: ReadColumn["statuses"]): string =>
	statuses.length === 0 ? "[]" : `["${statuses.join('","')}"]`;

/** Features of one view have their times in common. */
function sharedTimes(eventTimes: ReadColumn["eventTimes"], times: Map<ReadColumn["eventTimes"], string>): string {
	let text = times.get(eventTimes);
	if (text === undefined) {
		text = eventTimesText(eventTimes);
		times.set(eventTimes, text);
	}
	return text;
}

/** Each time is one value for all features of a view, so rows that were written together are told once. */
function eventTimesText(eventTimes: readonly (Micros | null)[] | null): string {
	if (eventTimes === null) return "null";
	let last: Micros | null = null;
	let text = "null";
	const texts = eventTimes.map((time) => {
		if (time === null) return "null";
		if (time !== last) {
			last = time;
			text = `"${formatTimestamp(time)}"`;
		}
		return text;
	});
	return `[${texts.join(",")}]`;
}

interface Heads {
	readonly given: readonly string[];
	readonly features: readonly string[];
}

/** What stands before the values of each column, written once per selection. */
const heads = new WeakMap<ResolvedSelection, Heads>();

function headsOf(selection: ResolvedSelection): Heads {
	let known = heads.get(selection);
	if (known === undefined) {
		known = {
			given: [
				...selection.joinKeys.map((column) => headOf(column, "JOIN_KEY")),
				...selection.request.map((column) => headOf(column, "REQUEST")),
			],
			features: selection.features.map((column) => headOf(column, "FEATURE")),
		};
		heads.set(selection, known);
	}
	return known;
}

const headOf = ({ name, type }: Column, role: string): string =>
	`{"name":${JSON.stringify(name)},"role":"${role}","type":"${type.scalar}","isArray":${type.isArray},"values":`;
