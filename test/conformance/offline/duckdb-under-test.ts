import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pool } from "pg";
import type { Relation } from "../../../core/ports/offline-engine.ts";
import type { Column } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { duckdbEngine } from "../../../stores/offline/duckdb/engine.ts";
import { duckdbFrameFiles } from "../../../stores/offline/duckdb/frame-files.ts";
import { duckdbLabelSpool } from "../../../stores/offline/duckdb/label-spool.ts";
import type { DuckdbSettings } from "../../../stores/offline/duckdb/session.ts";
import { featureJoin } from "../../../stores/offline/join/feature-join.ts";
import { type LogReader, logRowColumns } from "../../../stores/offline/log-reader.ts";
import { postgresAccess } from "../../../stores/offline/postgres/access.ts";
import { batchOf, type EngineUnderTest, type LogTableRow } from "./harness.ts";

export const testSettings = (tempDirectory: string): DuckdbSettings => ({
	tempDirectory,
	memoryLimit: "512MB",
	maxTempDirectorySize: "2GB",
	threads: 2,
});

/** Over Parquet files; the rows of its logs are streamed to it from memory. */
export async function duckdbUnderTest(more: Partial<DuckdbSettings> = {}): Promise<EngineUnderTest> {
	const directory = await mkdtemp(join(tmpdir(), "featuregraph-duckdb-"));
	const settings = { ...testSettings(directory), ...more };
	const logs = new Map<string, readonly LogTableRow[]>();
	const reader: LogReader = {
		async *read(log, { upToSeq, eventFrom, eventTo }) {
			const time = log.columns.findIndex(({ name }) => name === log.eventTime);
			const rows = (logs.get(log.id) ?? []).filter(({ values, seq }) => {
				const event = values[time] as bigint;
				return (
					(upToSeq === null || seq <= upToSeq) &&
					(eventFrom === null || event >= eventFrom) &&
					(eventTo === null || event <= eventTo)
				);
			});
			yield batchOf(
				logRowColumns(log),
				rows.map(({ values, seq, ingestedAt, deleted }) => [...values, seq, ingestedAt, deleted]),
			);
		},
	};
	const spool = duckdbLabelSpool(settings);
	const files = duckdbFrameFiles(settings);
	let fileNumber = 0;
	return {
		name: "duckdb",
		engine: duckdbEngine({ settings, logs: reader }),
		join: featureJoin({ settings, spool, logs: reader, postgres: noDatabase }),
		spool,
		async place(columns: readonly Column[], rows: readonly (readonly Value[])[]): Promise<Relation["origin"]> {
			fileNumber += 1;
			const path = join(directory, `rows-${fileNumber}.parquet`);
			await files.write(path, "PARQUET", columns, once(columns, rows));
			return { kind: "parquet", path };
		},
		async placeLog(log, rows) {
			logs.set(log.id, rows);
		},
		close: () => rm(directory, { recursive: true, force: true }),
	};
}

/** What it does not read. */
const noDatabase = postgresAccess({
	pool: new Pool(),
	connections: new Map(),
	logs: { async *read() {} },
	limits: { statementTimeoutMs: 1 },
});

async function* once(columns: readonly Column[], rows: readonly (readonly Value[])[]) {
	yield batchOf(columns, rows);
}
