/** Rows of a push to rows of its log: bad ones are told by index, the others are taken, with what is worth knowing. */
import type { ErrorCode } from "../../../core/errors/catalogue.ts";
import type { UserError } from "../../../core/errors/user-error.ts";
import type { ReceivedRows } from "../../../core/ports/arrow-streams.ts";
import type { LogRow } from "../../../core/ports/offline-log.ts";
import { formatTimestamp } from "../../../core/time/timestamp.ts";
import { InvalidValue } from "../../../core/values/invalid-value.ts";
import type { Column } from "../../../core/values/type.ts";
import type { Micros, Value } from "../../../core/values/value.ts";
import type { LogTarget } from "../write/log-targets.ts";
import { computedOf, givenComputed, refuseComputed } from "./compute-columns.ts";
import { columnCells, jsonCells, type PushedCells } from "./pushed-cells.ts";

export interface PushedRow extends LogRow {
	/** When it may be seen; null: at once. */
	readonly dueAt: Micros | null;
	/** Which row of the request it was. */
	readonly path: "rows" | "deletes";
	readonly index: number;
	/** Features of partial views that the row does not speak of: their positions in the log's columns. Null there. */
	readonly omitted: readonly number[];
}

export interface ReadRows {
	readonly rows: readonly PushedRow[];
	readonly rejected: readonly UserError[];
	readonly warnings: readonly UserError[];
}

/** Rows as they came: objects of JSON, or typed columns. */
export type GivenPush = readonly unknown[] | ReceivedRows;

export interface PushedInput {
	readonly rows: GivenPush;
	readonly deletes: GivenPush;
}

const microsPerSecond = 1_000_000n;

export function readPushedRows(target: LogTarget, input: PushedInput, now: Micros, skewMicros: Micros): ReadRows {
	const { log, source, joinKeys } = target;
	const { eventTime, createdTime, availableTime, tieBreak } = source.definition;
	const names = log.columns.map(({ name }) => name);
	const eventAt = names.indexOf(eventTime);
	const createdAt = createdTime === null ? -1 : names.indexOf(createdTime);
	const availableAt = availableTime?.kind === "column" ? names.indexOf(availableTime.column) : -1;
	const keysAt = joinKeys.map(({ name }) => names.indexOf(name));
	const warnings = new ColumnWarnings();
	const features = featuresOf(target);
	const dueAt = dueAtOf(target, now);
	const computed = computedOf(target);
	if ("rowCount" in input.rows) refuseComputed(input.rows, computed);
	const isComputed = names.map((_, i) => computed.some(({ position }) => position === i));
	const isTimeAt = (i: number): boolean => i === eventAt || i === createdAt || i === availableAt;
	/** What rule 3 goes by is all that a tombstone has: keys, times and tie-breaks. */
	const placesRowAt = names.map((name, i) => isTimeAt(i) || keysAt.includes(i) || tieBreak.includes(name));
	/** Those that are computed need what they are computed of. */
	const ofTombstone = computed.filter(({ position }) => placesRowAt[position]);
	const operandsOfTombstone = new Set(ofTombstone.flatMap(({ operands }) => operands));
	const taken: PushedRow[] = [];
	const rejected: UserError[] = [];

	const readAll = (path: "rows" | "deletes", cells: PushedCells): void => {
		for (let index = 0; index < cells.rowCount; index++) {
			const read = readRow(path, cells, index);
			if ("code" in read) rejected.push({ ...read, path: [path], index });
			else taken.push(read);
		}
	};
	const cellsOf = (given: GivenPush): PushedCells =>
		"rowCount" in given ? columnCells(given, log.columns) : jsonCells(given, log.columns);
	readAll("rows", cellsOf(input.rows));
	readAll("deletes", cellsOf(input.deletes));
	return { rows: taken, rejected, warnings: warnings.toErrors() };

	function readRow(path: "rows" | "deletes", cells: PushedCells, index: number): PushedRow | UserError {
		const problemOfRow = cells.problemOf(index);
		if (problemOfRow !== null) return problemOfRow;
		const deleted = path === "deletes";
		const omitted: number[] = [];
		const told: string[] = [];
		const naive: string[] = [];
		const absent: number[] = [];
		const values = new Array<Value>(log.columns.length).fill(null);
		for (const [i, column] of log.columns.entries()) {
			const isTime = isTimeAt(i);
			const isOfTombstone = placesRowAt[i] === true;
			if (deleted && !isOfTombstone && !operandsOfTombstone.has(i)) continue;
			const value = cells.valueAt(index, i);
			if (value === undefined) {
				absent.push(i);
				if (isComputed[i] === true || deleted) continue;
				const kind = features.get(column.name);
				if (kind === "partial") omitted.push(i);
				else if (kind === "told") told.push(column.name);
				continue;
			}
			if (isComputed[i] === true) return givenComputed(column.name);
			if (value instanceof InvalidValue) {
				const code = isTime ? "INVALID_TIMESTAMP" : "INVALID_VALUE";
				return problem(code, `"${column.name}": ${value.message}.`, { name: column.name });
			}
			if (cells.isNaive(index, i)) naive.push(column.name);
			values[i] = value;
		}
		if (computed.length > 0) {
			const problemOfComputed = compute(values, deleted, absent, { omitted, told });
			if (problemOfComputed !== null) return problemOfComputed;
		}
		const missing = keysAt.findIndex((i) => values[i] === null);
		if (missing >= 0) {
			const { name } = joinKeys[missing] as Column;
			const at = keysAt[missing] ?? -1;
			const what = absent.includes(at) && isComputed[at] !== true ? "is missing" : "is null";
			return problem("MISSING_JOIN_KEY", `The join key "${name}" ${what}.`, { name });
		}
		if (keysAt.reduce((bytes, i) => bytes + keyBytes(values[i] ?? null), 0) > mostKeyBytes) {
			return problem("LIMIT_EXCEEDED", `The join keys of a row have at most ${mostKeyBytes} bytes.`, {
				hint: "Use a shorter identifier, or a hash of the long one.",
			});
		}
		const problemOfTimes = checkTimes(values, deleted);
		if (problemOfTimes !== null) return problemOfTimes;
		for (const name of told) warnings.add("OMITTED_FEATURE", name, index);
		for (const name of naive) warnings.add("CONVERTED_VALUE", name, index);
		return { values, deleted, dueAt: dueAt(values), path, index, omitted };
	}

	/** Puts computed values in their places: what is wrong with the row, or null. */
	function compute(
		values: Value[],
		deleted: boolean,
		absent: readonly number[],
		{ omitted, told }: { readonly omitted: number[]; readonly told: string[] },
	): UserError | null {
		for (const { position, name, operands, of } of deleted ? ofTombstone : computed) {
			const missing = operands.filter((operand) => absent.includes(operand));
			const kind = deleted ? undefined : features.get(name);
			if (missing.length > 0 && kind === "partial") {
				omitted.push(position);
				continue;
			}
			if (kind === "told") {
				const operandNames = missing.map((operand) => names[operand] ?? "");
				told.push(...operandNames.filter((operand) => !told.includes(operand)));
			}
			const made = of(values);
			if ("problem" in made) return made.problem;
			values[position] = made.value;
		}
		if (deleted) {
			for (const i of operandsOfTombstone) if (placesRowAt[i] !== true) values[i] = null;
		}
		return null;
	}

	function checkTimes(values: Value[], deleted: boolean): UserError | null {
		const event = values[eventAt] ?? null;
		if (event === null) {
			return problem("INVALID_TIMESTAMP", `The event time "${eventTime}" is missing.`, { name: eventTime });
		}
		if ((event as Micros) > now + skewMicros) {
			return problem("EVENT_TIME_IN_FUTURE", `The event time ${formatTimestamp(event as Micros)} lies in the future.`, {
				name: eventTime,
				hint: `It may be at most ${skewMicros / microsPerSecond} seconds ahead: a later one would hide all that comes until then.`,
			});
		}
		const created = values[createdAt] ?? null;
		if (created !== null && (created as Micros) > now + skewMicros) {
			return problem(
				"INVALID_TIMESTAMP",
				`The created time ${formatTimestamp(created as Micros)} lies in the future.`,
				{
					name: createdTime ?? "",
				},
			);
		}
		if (availableAt >= 0 && values[availableAt] === null) {
			if (!deleted) {
				const name = names[availableAt] ?? "";
				return problem("INVALID_TIMESTAMP", `The available time "${name}" is missing: the row could never be seen.`, {
					name,
				});
			}
			values[availableAt] = event;
		}
		return null;
	}
}

/**
 * When a row of the log may be seen; null: at once. Rule 1, online too: not before its event time, which the clock skew
 * allows to lie ahead, nor its available time.
 */
export function dueAtOf({ log, source }: LogTarget, now: Micros): (values: readonly Value[]) => Micros | null {
	const { eventTime, availableTime } = source.definition;
	const positionOf = (name: string): number => log.columns.findIndex((column) => column.name === name);
	const eventAt = positionOf(eventTime);
	const availableAt = availableTime?.kind === "column" ? positionOf(availableTime.column) : -1;
	return (values) => {
		const event = values[eventAt] as Micros;
		let due = event;
		if (availableTime?.kind === "delay") due = event + BigInt(availableTime.seconds) * microsPerSecond;
		else if (availableTime !== null && (values[availableAt] as Micros) > event) due = values[availableAt] as Micros;
		return due > now ? due : null;
	};
}

/** An index of the log holds the keys as text, and bounds them. */
const mostKeyBytes = 2_000;

function keyBytes(value: Value): number {
	if (typeof value === "string") return Buffer.byteLength(value);
	return value instanceof Uint8Array ? value.length * 2 + 2 : 32;
}

/** Features of the current views. A push may omit those that partial views alone have: it then says nothing of them. */
function featuresOf({ current }: LogTarget): ReadonlyMap<string, "told" | "partial"> {
	const features = new Map<string, "told" | "partial">();
	for (const { definition } of current) {
		for (const { name } of definition.features) {
			if (!definition.partial) features.set(name, "told");
			else if (!features.has(name)) features.set(name, "partial");
		}
	}
	return features;
}

const problem = (code: ErrorCode, message: string, details: Partial<UserError> = {}): UserError => ({
	nearest: [],
	...details,
	code,
	message,
});

/** One warning per column, so that many rows of one kind stay one. */
class ColumnWarnings {
	readonly #seen = new Map<
		string,
		{ code: "OMITTED_FEATURE" | "CONVERTED_VALUE"; name: string; first: number; count: number }
	>();

	add(code: "OMITTED_FEATURE" | "CONVERTED_VALUE", name: string, index: number): void {
		const key = `${code} ${name}`;
		const seen = this.#seen.get(key);
		if (seen === undefined) this.#seen.set(key, { code, name, first: index, count: 1 });
		else seen.count++;
	}

	toErrors(): UserError[] {
		return [...this.#seen.values()].map(({ code, name, first, count }) => {
			const where = count === 1 ? `Row ${first}:` : `${count} rows, the first of them row ${first}:`;
			const told = { code, index: first, name, nearest: [] };
			if (code === "CONVERTED_VALUE") {
				return {
					...told,
					message: `${where} "${name}" has no offset and was taken as UTC.`,
					hint: "Write the times with Z.",
				};
			}
			return {
				...told,
				message: `${where} "${name}" is omitted and was taken as null.`,
				hint: "Give it, or null to say so.",
			};
		});
	}
}
