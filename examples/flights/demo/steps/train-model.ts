import { DuckDBInstance } from "@duckdb/node-api";
import { fitRidge, mean, predict, type RidgeModel, type Row } from "../model/ridge.ts";
import { type Score, score } from "../model/score.ts";

export interface TrainedModel {
	readonly model: RidgeModel;
	readonly trainingRows: number;
	readonly testRows: number;
	readonly score: Score;
	/** Mean delay of the training flights, in minutes: the baseline. */
	readonly meanDelay: number;
}

/** The columns that came with the labels; all others are features, as the service names them. */
const labelColumns = new Set(["origin", "destination", "hour", "distance", "event_timestamp", "delay"]);
const penalty = 100;
/** The flights of the last three days are never trained on. */
const testDays = 3;

/** Fits on the earlier flights of the training set and scores on the later ones. */
export async function trainModel(parquetFile: string): Promise<TrainedModel> {
	const instance = await DuckDBInstance.create(":memory:");
	const connection = await instance.connect();
	try {
		const file = `'${parquetFile.replaceAll("'", "''")}'`;
		const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${file}`);
		const features = described
			.getRowsJS()
			.map(([name]) => name as string)
			.filter((name) => !labelColumns.has(name));
		const read = async (when: string): Promise<{ rows: Row[]; delays: number[] }> => {
			const columns = features.map((name) => `"${name}"::DOUBLE`).join(", ");
			const result = await connection.runAndReadAll(`
				SELECT delay, ${columns} FROM ${file}
				WHERE event_timestamp ${when} (SELECT max(event_timestamp) FROM ${file}) - INTERVAL ${testDays} DAY
			`);
			const rows = result.getRowsJS() as (number | null)[][];
			return { rows: rows.map((row) => row.slice(1)), delays: rows.map(([delay]) => delay ?? 0) };
		};
		const training = await read("<");
		const test = await read(">=");
		const model = fitRidge(features, training.rows, training.delays, penalty);
		const meanDelay = mean(training.delays);
		const predicted = test.rows.map((row) => predict(model, row));
		return {
			model,
			trainingRows: training.rows.length,
			testRows: test.rows.length,
			score: score(predicted, test.delays, meanDelay),
			meanDelay,
		};
	} finally {
		connection.closeSync();
		instance.closeSync();
	}
}
