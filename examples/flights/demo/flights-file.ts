import { mkdir, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";

/** Where the definitions look for the flights, from the root of the repository. */
export const flightsFile = "examples/flights/data/flights.parquet";

/** The package has no export for its files. */
const original = fileURLToPath(new URL("../../../node_modules/vega-datasets/data/flights-3m.parquet", import.meta.url));

/** Flights keep landing after the last departure, for hours, though ever fewer: so long a prepared file is still news. */
const usableForMs = 30 * 60_000;

export interface FlightsFile {
	readonly flightCount: number;
	/** By how much all times were moved. */
	readonly shiftDays: number;
	readonly lastDeparture: string;
	readonly reused: boolean;
}

/** Writes the flights of 2001 with their times moved so that the last departure is now, unless that was done lately. */
export async function prepareFlights(): Promise<FlightsFile> {
	const flights2001 = `'${original.replaceAll("'", "''")}'`;
	const present = await stat(flightsFile).catch(() => null);
	const reused = present !== null && Date.now() - present.mtimeMs < usableForMs;
	const instance = await DuckDBInstance.create(":memory:", { memory_limit: "1GB" });
	const connection = await instance.connect();
	try {
		if (!reused) {
			await mkdir(dirname(flightsFile), { recursive: true });
			const now = new Date().toISOString().slice(0, 19).replace("T", " ");
			await connection.run(`
				COPY (
					SELECT date + (TIMESTAMP '${now}' - (SELECT max(date) FROM ${flights2001})) AS date,
						delay, distance, origin, destination
					FROM ${flights2001}
				) TO '${flightsFile}.new' (FORMAT parquet, COMPRESSION zstd)
			`);
			await rename(`${flightsFile}.new`, flightsFile);
		}
		const result = await connection.runAndReadAll(`
			SELECT count(*)::INTEGER, max(date)::VARCHAR, epoch(max(date) - (SELECT max(date) FROM ${flights2001})) / 86400
			FROM '${flightsFile}'
		`);
		const [flightCount, lastDeparture, shiftDays] = result.getRowsJS()[0] as [number, string, number];
		return { flightCount, lastDeparture, shiftDays, reused };
	} finally {
		connection.closeSync();
		instance.closeSync();
	}
}
