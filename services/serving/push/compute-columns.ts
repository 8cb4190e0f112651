/** The columns that a push source computes, of one row at a time, before anything keeps the row. */
import type { ErrorCode } from "../../../core/errors/catalogue.ts";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { UserError } from "../../../core/errors/user-error.ts";
import { EvaluationFailure } from "../../../core/expressions/expression-error.ts";
import { type ComputedColumn, computedColumns } from "../../../core/expressions/source-expressions.ts";
import { maxPackedBytes } from "../../../core/online/byte-writer.ts";
import type { ReceivedRows } from "../../../core/ports/arrow-streams.ts";
import { formatValueType } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { isKeepable } from "../received-columns.ts";
import type { LogTarget } from "../write/log-targets.ts";

/** Of one computed value; no online store would keep more. */
const mostBytes = maxPackedBytes;
/** Of all that one push makes: a short row may compute a long value. */
const mostBytesOfPush = 32 * maxPackedBytes;

/** A column of the log that is computed, by positions in the log's columns. */
interface Computed {
	readonly position: number;
	readonly name: string;
	readonly operands: readonly number[];
	/** From a row that has its operands. A problem: the row cannot be taken. */
	readonly of: (values: readonly Value[]) => { readonly value: Value } | { readonly problem: UserError };
}

/** Of the rows of one push; empty for most logs. */
export function computedOf({ log, source }: LogTarget): readonly Computed[] {
	if (source.definition.origin.kind !== "push") return [];
	let bytes = 0;
	const spend = (value: Value): boolean => {
		const size = bytesOf(value);
		bytes += size;
		return size <= mostBytes && bytes <= mostBytesOfPush;
	};
	return computedColumns(source).map((column) => {
		const positionOf = (name: string): number => log.columns.findIndex((candidate) => candidate.name === name);
		const operands = column.expression.references.map(({ name }) => positionOf(name));
		return {
			position: positionOf(column.name),
			name: column.name,
			operands,
			of: (values) => compute(column, operands, values, spend),
		};
	});
}

function compute(
	{ name, type, expression }: ComputedColumn,
	operands: readonly number[],
	values: readonly Value[],
	spend: (value: Value) => boolean,
): ReturnType<Computed["of"]> {
	const value = expression.evaluate(operands.map((position) => values[position] ?? null));
	const refuse = (code: ErrorCode, message: string) => ({
		problem: { code, message, name, nearest: [], hint: "The source computes it of other columns of the row." },
	});
	if (value instanceof EvaluationFailure) {
		return refuse("EXPRESSION_FAILED", `"${name}" cannot be computed: ${value.message}`);
	}
	if (!isKeepable(value, type)) {
		return refuse("INVALID_VALUE", `"${name}" was computed as a ${formatValueType(type)} that cannot be kept.`);
	}
	if (spend(value)) return { value };
	return refuse(
		"LIMIT_EXCEEDED",
		`"${name}" is too large: a computed value has at most ${mostBytes} bytes, those of one push ${mostBytesOfPush}.`,
	);
}

function bytesOf(value: Value): number {
	if (typeof value === "string") return Buffer.byteLength(value);
	if (value instanceof Uint8Array) return value.length;
	return Array.isArray(value) ? (value as readonly Value[]).reduce<number>((sum, each) => sum + bytesOf(each), 8) : 8;
}

export const givenComputed = (name: string): UserError => ({
	code: "COMPUTED_COLUMN",
	message: `The source computes "${name}": no row gives it.`,
	name,
	nearest: [],
	hint: "Leave the column out.",
});

/** Typed columns are refused as a whole. */
export function refuseComputed(given: ReceivedRows, computed: readonly Computed[]): void {
	const found = computed.find(({ name }) => given.columns.has(name) || given.leftOut.has(name));
	if (found === undefined) return;
	const { code, message, ...details } = givenComputed(found.name);
	throw new FeaturegraphError(code, message, details);
}
