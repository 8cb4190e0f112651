/** Joins labels with views wherever their rows lie, in one DuckDB of its own: what comes out is written by it as it is. */
import { rename, rm } from "node:fs/promises";
import { type AnsweredRead, joinedFrom, outputSql } from "../../../core/offline/duckdb/join-result.ts";
import { asksSql, type Scan } from "../../../core/offline/duckdb/point-in-time.ts";
import { identifier, text } from "../../../core/offline/duckdb/sql-text.ts";
import { fromPlain } from "../../../core/offline/duckdb/types.ts";
import type { EngineChoice } from "../../../core/offline/place-scan.ts";
import { groupReads, type ScanGroup } from "../../../core/offline/scan-groups.ts";
import type { FeatureJoin, JoinOutput, JoinRequest, ReadFacts } from "../../../core/ports/feature-join.ts";
import type { LabelFrame, LabelSpool } from "../../../core/ports/offline-engine.ts";
import { type Column, scalar, type ValueType } from "../../../core/values/type.ts";
import { duckdbError } from "../duckdb/errors.ts";
import { parquetOptions } from "../duckdb/parquet-options.ts";
import { DuckdbSession, type DuckdbSettings } from "../duckdb/session.ts";
import type { LogReader } from "../log-reader.ts";
import type { PostgresAccess } from "../postgres/access.ts";
import { type Answered, answeredReads, answerScan, factsOf } from "./answer.ts";
import { explainJoin } from "./explain.ts";
import { openFileRows } from "./file-rows.ts";
import { KeptRows, keptRowsOf, wholeOf } from "./kept-rows.ts";
import { type JoinableLabels, joinableLabels, showLabels } from "./labels.ts";
import { scanPostgres } from "./postgres-scan.ts";
import { JoinProgress } from "./progress.ts";
import { type ScanHead, scanOf, withoutEmptyLogs } from "./scan.ts";

export interface FeatureJoinOptions {
	readonly settings: DuckdbSettings;
	readonly spool: LabelSpool;
	/** Reads the logs of rows pushed into views over files. */
	readonly logs: LogReader;
	/** The databases of sources. */
	readonly postgres: PostgresAccess;
	/** Where labels meet rows of databases; absent: `auto`. */
	readonly engine?: EngineChoice;
}

/** The session of a join once every scan has been answered. */
interface Joined {
	readonly session: DuckdbSession;
	readonly answered: readonly AnsweredRead[];
	readonly progress: JoinProgress;
}

export function featureJoin(options: FeatureJoinOptions): FeatureJoin {
	/** Answers all reads, then gives the session to `work`. */
	async function* joined<T>(
		frame: LabelFrame,
		request: JoinRequest,
		work: (joined: Joined) => AsyncIterable<T>,
	): AsyncGenerator<T> {
		const { signal } = request;
		signal.throwIfAborted();
		const labels = await joinableLabels(options.spool, frame, request.reads);
		const session = await DuckdbSession.open(options.settings, null);
		const stop = session.interruptOn(signal);
		const closers: (() => Promise<void>)[] = [() => labels.close()];
		try {
			await showLabels(session, labels.joined);
			const reads = await withoutEmptyLogs(labels.reads, options.logs, wholeOf(frame, request).timeRange, request);
			const groups = groupReads(reads);
			const progress = await JoinProgress.of(session, groups.length + 1, request.onProgress);
			const answered: AnsweredRead[] = [];
			const facts: ReadFacts[] = [];
			const needsOlder = request.outputs.some(({ kind }) => kind === "status" || kind === "eventTime");
			for (const [index, group] of groups.entries()) {
				const scan = { name: `g${index}`, lookups: group.lookups, timestampColumn: labels.timestampColumn };
				await session.run(asksSql(scan));
				const answer = await answerGroup(session, scan, group, labels, request, needsOlder, progress, closers);
				for (const [read, at] of answeredReads(group, answer)) answered[read] = at;
				for (const [read, seen] of await factsOf(session, group, answer)) facts[read] = seen;
				await progress.finish();
			}
			request.onFacts?.(facts);
			signal.throwIfAborted();
			yield* work({ session, answered, progress });
		} catch (error) {
			throw duckdbError(error, "the views", signal);
		} finally {
			stop();
			await session.close();
			for (const close of closers) await close();
		}
	}

	async function answerGroup(
		session: DuckdbSession,
		scan: ScanHead,
		group: ScanGroup,
		{ frame, joined: labels }: Pick<JoinableLabels, "frame" | "joined">,
		request: JoinRequest,
		needsOlder: boolean,
		progress: JoinProgress,
		closers: (() => Promise<void>)[],
	): Promise<Answered> {
		const { known, signal } = request;
		const { merged, ttlMicros } = group;
		const { kind } = merged.relation.origin;
		const moved =
			kind === "postgres" || kind === "push"
				? await scanPostgres(options, { session, scan, group, frame, request, needsOlder, progress })
				: null;
		if (moved !== null && "table" in moved) return moved;
		const openScan = async (where: DuckdbSession, of: LabelFrame): Promise<Scan> => {
			const rows = moved ?? (await openFileRows(where, merged, options, of, request, scan.name));
			closers.push(() => rows.close());
			return scanOf(scan, group, rows, known);
		};
		const kept = keptRowsOf(request);
		// Converted labels are another file than that of the draw.
		const times =
			kept === null || labels !== frame
				? null
				: await kept.times.of({
						head: scan,
						joinKeys: merged.joinKeys,
						frame,
						openScan: (where) => openScan(where, kept.labels),
						oldestOf: (min) => (ttlMicros === null ? null : min - ttlMicros),
						progress,
						signal,
					});
		const opened = await openScan(session, frame);
		return answerScan(session, opened, group, frame.timeRange, needsOlder, progress, times);
	}

	return {
		async write(frame, request, path) {
			const types = outputTypes(frame, request);
			const unfinished = `${path}.unfinished-${process.pid}`;
			const copied = joined(frame, request, async function* ({ answered, progress }) {
				const fields = request.outputs.map((output, index) => {
					const plain = outputSql(output, request.reads, answered);
					return `${fromPlain(plain, types[index] as ValueType)} AS ${identifier(nameOf(output))}`;
				});
				const select = `SELECT ${fields.join(", ")}\n${joinedFrom(request.outputs, answered)}`;
				const fileOptions = parquetOptions(
					"zstd",
					types.map((type) => ({ type })),
				);
				await progress.run(`COPY (\n${select}\n) TO ${text(unfinished)} ${fileOptions}`, 0, 1);
				yield path;
			});
			try {
				for await (const _ of copied);
				await rename(unfinished, path);
			} catch (error) {
				await rm(unfinished, { force: true });
				throw error;
			}
		},

		share: (labels) => new KeptRows(options.settings, labels),

		explain: (labels, request) => explainJoin(options, labels, request),

		async *rows(frame, request) {
			const types = outputTypes(frame, request);
			yield* joined(frame, request, ({ session, answered }) => {
				const fields = request.outputs.map((output) => outputSql(output, request.reads, answered));
				return session.stream(`SELECT ${fields.join(", ")}\n${joinedFrom(request.outputs, answered)}`, types);
			});
		},
	};
}

const nameOf = (output: JoinOutput): string => (output.kind === "label" ? output.column : output.name);

const outputTypes = (frame: Pick<LabelFrame, "columns">, { outputs, reads }: JoinRequest): readonly ValueType[] =>
	outputs.map((output): ValueType => {
		switch (output.kind) {
			case "label":
				return typeOf(frame.columns, output.column);
			case "feature":
				return typeOf(reads[output.read]?.view.features ?? [], output.feature);
			case "eventTime":
				return scalar("TIMESTAMP");
			case "status":
				return scalar("STRING");
		}
	});

function typeOf(columns: readonly Column[], name: string): ValueType {
	const column = columns.find((candidate) => candidate.name === name);
	if (column === undefined) throw new Error(`There is no column "${name}".`);
	return column.type;
}
