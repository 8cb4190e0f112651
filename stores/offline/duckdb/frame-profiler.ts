/** What the columns of a training set hold, and which of them tell each other, by one session over its Parquet files. */
import { contingencySql, groupsSql, pearsonSql, type Side } from "../../../core/offline/duckdb/association-sql.ts";
import {
	distinctSql,
	isCounted,
	isOrdered,
	isSampled,
	rangeSql,
	sampleSql,
	topSql,
} from "../../../core/offline/duckdb/profile-sql.ts";
import { text } from "../../../core/offline/duckdb/sql-text.ts";
import type { ColumnProfile, FrameProfiler, ProfileRequest } from "../../../core/ports/frame-profiler.ts";
import {
	type Association,
	columnKind,
	correlationRatio,
	cramersV,
	type Measure,
	pearson,
} from "../../../core/training/association.ts";
import { encodeFeatureValue } from "../../../core/values/feature-value-out.ts";
import type { Value } from "../../../core/values/value.ts";
import { duckdbError } from "./errors.ts";
import { DuckdbSession, type DuckdbSettings } from "./session.ts";

const mostSampledRows = 100_000;
const mostSampledValues = 5_000_000;
const mostTopValues = 5;
const mostTopChars = 100;
/** Columns or pairs that one statement is about. */
const chunk = 100;
const mostPairs = 20_000;
/** Of pairs with a category: each is a statement of its own. */
const mostGroupedPairs = 500;

export function duckdbFrameProfiler(settings: DuckdbSettings): FrameProfiler {
	return {
		async profile(paths, request) {
			const { columns, rowCount, signal } = request;
			const session = await DuckdbSession.open(settings, { paths, directories: [] });
			const stop = session.interruptOn(signal);
			try {
				signal.throwIfAborted();
				const files = `[${paths.map(text).join(", ")}]`;
				const most = Math.min(mostSampledRows, Math.floor(mostSampledValues / Math.max(1, columns.length)));
				await session.run(sampleSql(files, columns, rowCount, most));
				const profile = await profileOf(session, files, request);
				return { profile, associations: await associationsOf(session, request) };
			} catch (error) {
				throw duckdbError(error, "the training set", signal);
			} finally {
				stop();
				await session.close();
			}
		},
	};
}

async function profileOf(session: DuckdbSession, files: string, { columns }: ProfileRequest) {
	const ranges: unknown[] = [];
	for (const some of chunksOf(columns)) ranges.push(...((await session.rows(rangeSql(files, some)))[0] ?? []));
	const sampled = columns.flatMap((column, index) => (isSampled(column) ? [index] : []));
	const distinct = new Map<number, number>();
	for (const some of chunksOf(sampled)) {
		const [row] = await session.rows(distinctSql(some));
		for (const [at, index] of some.entries()) distinct.set(index, Number(row?.[at + 1]));
	}
	const [counted] = await session.rows(distinctSql([]));
	const profiles: ColumnProfile[] = [];
	for (const [index, column] of columns.entries()) {
		const encode = (value: unknown): unknown => encodeFeatureValue((value ?? null) as Value, column.type);
		const [min, max, mean] = ranges.slice(index * 3, index * 3 + 3);
		const top = isCounted(column) ? await session.rows(topSql(index, column, mostTopValues, mostTopChars)) : [];
		profiles.push({
			name: column.name,
			min: isOrdered(column) ? encode(min) : null,
			max: isOrdered(column) ? encode(max) : null,
			mean: (mean ?? null) as number | null,
			distinctCount: distinct.get(index) ?? null,
			topValues: top.map(([value, count]) => ({ value: encode(value), count: Number(count) })),
		});
	}
	return { sampledRows: Number(counted?.[0]), columns: profiles };
}

interface Pair {
	readonly feature: string;
	readonly label: string;
	readonly ofPresence: boolean;
	readonly sides: readonly [Side, Side];
}

async function associationsOf(session: DuckdbSession, request: ProfileRequest): Promise<Association[]> {
	const pairs = pairsOf(request).slice(0, mostPairs);
	const found: Association[] = [];
	const add = ({ feature, label, ofPresence }: Pair, measure: Measure, strength: number | null, rowCount: number) => {
		if (strength !== null) found.push({ feature, label, ofPresence, measure, strength, rowCount });
	};
	for (const some of chunksOf(pairs.filter(({ sides }) => sides.every((side) => !isCategory(side))))) {
		const [row] = await session.rows(pearsonSql(some.map(({ sides }) => sides)));
		for (const [at, pair] of some.entries()) {
			const rowCount = Number(row?.[2 * at + 1]);
			add(pair, "PEARSON", pearson((row?.[2 * at] ?? null) as number | null, rowCount), rowCount);
		}
	}
	for (const pair of pairs.filter(({ sides }) => sides.some(isCategory)).slice(0, mostGroupedPairs)) {
		const [left, right] = pair.sides;
		if (isNumber(left) || isNumber(right)) {
			const [row] = await session.rows(isNumber(left) ? groupsSql(right, left) : groupsSql(left, right));
			const [rowCount = 0, groupCount = 0, within = 0, total = 0] = (row ?? []).map(Number);
			add(pair, "CORRELATION_RATIO", correlationRatio({ rowCount, groupCount, within, total }), rowCount);
		} else {
			const [row] = await session.rows(contingencySql(left, right));
			const [rowCount = 0, leftCount = 0, rightCount = 0, share = 0] = (row ?? []).map(Number);
			add(pair, "CRAMERS_V", cramersV({ rowCount, leftCount, rightCount, share }), rowCount);
		}
	}
	return found;
}

const isCategory = ({ as }: Side): boolean => as === "category";
const isNumber = ({ as }: Side): boolean => as === "number";

function pairsOf({ columns, features, labels }: ProfileRequest): Pair[] {
	const sideOf = (name: string): Side | null => {
		const index = columns.findIndex((column) => column.name === name);
		const type = columns[index]?.type;
		const as = type === undefined ? null : columnKind(type);
		return as === null ? null : { index, as };
	};
	return features.flatMap((feature) =>
		labels.flatMap((label): Pair[] => {
			const [own, other] = [sideOf(feature), sideOf(label)];
			if (own === null || other === null) return [];
			return [
				{ feature, label, ofPresence: false, sides: [own, other] },
				{ feature, label, ofPresence: true, sides: [{ index: own.index, as: "presence" }, other] },
			];
		}),
	);
}

function* chunksOf<T>(items: readonly T[]): Generator<readonly T[]> {
	for (let start = 0; start < items.length; start += chunk) yield items.slice(start, start + chunk);
}
