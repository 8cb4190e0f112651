import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";

/** An airport as the file has it. */
export interface AirportRecord {
	readonly airport: string;
	readonly name: string;
	readonly city: string | null;
	readonly state: string | null;
	readonly latitude: number;
	readonly longitude: number;
}

/** The package has no export for its files. */
const file = fileURLToPath(new URL("../../../node_modules/vega-datasets/data/airports.csv", import.meta.url));

/** The airports of the United States (npm: vega-datasets), by their code, in its order. */
export async function readAirports(): Promise<ReadonlyMap<string, AirportRecord>> {
	const instance = await DuckDBInstance.create();
	const connection = await instance.connect();
	try {
		const result = await connection.runAndReadAll(`
			SELECT iata AS airport, name, city, state, latitude, longitude
			FROM read_csv('${file.replaceAll("'", "''")}', nullstr = 'NA')
			ORDER BY iata
		`);
		const rows = result.getRowObjectsJS() as unknown as AirportRecord[];
		return new Map(rows.map((row) => [row.airport, row]));
	} finally {
		connection.closeSync();
		instance.closeSync();
	}
}
