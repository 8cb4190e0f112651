/** One DuckDB of our own: bounded in memory and disk, in UTC, gone when closed. */
import { mkdir, rm } from "node:fs/promises";
import { type DuckDBConnection, DuckDBDataChunk, DuckDBInstance } from "@duckdb/node-api";
import { identifier, text } from "../../../core/offline/duckdb/sql-text.ts";
import { plainType } from "../../../core/offline/duckdb/types.ts";
import type { Column, ValueType } from "../../../core/values/type.ts";
import type { ColumnBatch, Value } from "../../../core/values/value.ts";
import { scratchPath } from "./scratch.ts";
import { chunkType, readColumn, writeColumn } from "./values.ts";

export interface DuckdbSettings {
	/** Folder for what does not fit into memory. Made when missing. */
	readonly tempDirectory: string;
	/** Of one request, as DuckDB writes it: `512MB`. */
	readonly memoryLimit: string;
	readonly maxTempDirectorySize: string;
	readonly threads: number;
	/** How long the SQL of a source may take; absent: for ever. */
	readonly statementTimeoutMs?: number;
	/** Folders that files of sources must lie in; null or absent: anywhere. */
	readonly fileRoots?: readonly string[] | null;
}

/** What DuckDB moves at once. */
const chunkRows = 2048;
/** Rows of one batch that leaves a session. */
const batchRows = 8192;

export class DuckdbSession {
	readonly connection: DuckDBConnection;
	readonly #instance: DuckDBInstance;
	readonly #directory: string;
	readonly #explaining: ((error: unknown) => Promise<unknown>)[] = [];

	private constructor(instance: DuckDBInstance, connection: DuckDBConnection, directory: string) {
		this.#instance = instance;
		this.connection = connection;
		this.#directory = directory;
	}

	/**
	 * `files`: what its SQL may read, apart from its own tables; nothing else of the machine, and no setting of it can be
	 * changed later. Null for a session that runs our own SQL alone.
	 */
	static async open(
		settings: DuckdbSettings,
		files: { readonly paths: readonly string[]; readonly directories: readonly string[] } | null,
	): Promise<DuckdbSession> {
		const directory = scratchPath(settings.tempDirectory);
		await mkdir(directory, { recursive: true });
		const instance = await DuckDBInstance.create(":memory:", {
			memory_limit: settings.memoryLimit,
			max_temp_directory_size: settings.maxTempDirectorySize,
			temp_directory: directory,
			threads: String(settings.threads),
			autoinstall_known_extensions: "false",
			autoload_known_extensions: "false",
		});
		const session = new DuckdbSession(instance, await instance.connect(), directory);
		try {
			await session.run("SET TimeZone = 'UTC'");
			await session.run("SET asof_loop_join_threshold = 0");
			if (files !== null) {
				await session.run(`SET allowed_paths = [${files.paths.map(text).join(", ")}]`);
				await session.run(`SET allowed_directories = [${files.directories.map(text).join(", ")}]`);
				await session.run("SET enable_external_access = false");
				await session.run("SET lock_configuration = true");
			}
		} catch (error) {
			await session.close();
			throw error;
		}
		return session;
	}

	/** `explain` is shown each error of what is run or read, and gives it back or one that says more. */
	explainErrors(explain: (error: unknown) => Promise<unknown>): void {
		this.#explaining.push(explain);
	}

	async #fail(error: unknown): Promise<never> {
		let explained = error;
		for (const explain of this.#explaining) explained = await explain(explained);
		throw explained;
	}

	async run(sql: string): Promise<void> {
		await this.connection.run(sql).catch((error: unknown) => this.#fail(error));
	}

	/** All rows of a small result. */
	async rows(sql: string): Promise<readonly (readonly unknown[])[]> {
		const result = await this.connection.runAndReadAll(sql).catch((error: unknown) => this.#fail(error));
		return result.getRows();
	}

	/** The rows of a SELECT whose columns are plain values of `types`. */
	async *stream(sql: string, types: readonly ValueType[]): AsyncGenerator<ColumnBatch> {
		try {
			yield* streamBatches(this.connection, sql, types);
		} catch (error) {
			await this.#fail(error);
		}
	}

	/** `stream` over a connection of its own, beside others that stream. */
	async *streamApart(sql: string, types: readonly ValueType[]): AsyncGenerator<ColumnBatch> {
		const connection = await this.#instance.connect();
		try {
			yield* streamBatches(connection, sql, types);
		} finally {
			connection.closeSync();
		}
	}

	async createTable(table: string, columns: readonly Column[]): Promise<void> {
		const fields = columns.map(({ name, type }) => `${identifier(name)} ${plainType(type)}`);
		await this.run(`CREATE TABLE ${identifier(table)} (${fields.join(", ")})`);
	}

	/** Appends batches to a table made by `createTable`; the number of rows. */
	async append(
		table: string,
		columns: readonly Column[],
		batches: AsyncIterable<ColumnBatch> | Iterable<ColumnBatch>,
	): Promise<number> {
		const appender = await this.connection.createAppender(table);
		const types = columns.map(({ type }) => chunkType(type));
		let total = 0;
		try {
			for await (const batch of batches) {
				const values = columns.map(({ type }, index) => writeColumn(batch.columns[index] ?? [], type));
				for (let start = 0; start < batch.rowCount; start += chunkRows) {
					const count = Math.min(chunkRows, batch.rowCount - start);
					const chunk = DuckDBDataChunk.create(types, count);
					for (const [index, column] of values.entries()) {
						chunk.setColumnValues(index, column.slice(start, start + count));
					}
					appender.appendDataChunk(chunk);
				}
				total += batch.rowCount;
			}
		} finally {
			appender.closeSync();
		}
		return total;
	}

	/** Appends chunks of such columns as the table has. `onRows` is told of each how many rows it had. */
	async appendChunks(
		table: string,
		chunks: AsyncIterable<DuckDBDataChunk>,
		onRows?: (count: number) => void,
	): Promise<number> {
		const appender = await this.connection.createAppender(table);
		let total = 0;
		try {
			for await (const chunk of chunks) {
				appender.appendDataChunk(chunk);
				total += chunk.rowCount;
				onRows?.(chunk.rowCount);
			}
		} finally {
			appender.closeSync();
		}
		return total;
	}

	/** Ends what runs: it fails. */
	interrupt(): void {
		this.connection.interrupt();
	}

	/** Interrupts what runs when the signal fires. Returns how to stop listening. */
	interruptOn(signal: AbortSignal): () => void {
		const interrupt = (): void => this.interrupt();
		signal.addEventListener("abort", interrupt, { once: true });
		return () => signal.removeEventListener("abort", interrupt);
	}

	async close(): Promise<void> {
		this.connection.closeSync();
		this.#instance.closeSync();
		await rm(this.#directory, { recursive: true, force: true });
	}
}

async function* streamBatches(
	connection: DuckDBConnection,
	sql: string,
	types: readonly ValueType[],
): AsyncGenerator<ColumnBatch> {
	const result = await connection.stream(sql);
	let columns: Value[][] = types.map(() => []);
	let rowCount = 0;
	for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
		for (const [index, type] of types.entries()) readColumn(chunk, index, type, columns[index] ?? []);
		rowCount += chunk.rowCount;
		if (rowCount < batchRows) continue;
		yield { rowCount, columns };
		columns = types.map(() => []);
		rowCount = 0;
	}
	if (rowCount > 0) yield { rowCount, columns };
}
