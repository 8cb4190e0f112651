import { Matrix, solve } from "ml-matrix";

/** A linear model over standardized features; a null feature counts as its mean. */
export interface RidgeModel {
	readonly features: readonly string[];
	readonly means: readonly number[];
	readonly deviations: readonly number[];
	readonly weights: readonly number[];
	readonly intercept: number;
}

export type Row = readonly (number | null)[];

/** Least squares with an L2 penalty on the weights: solves (X'X + penalty I) w = X'y over standardized columns. */
export function fitRidge(
	features: readonly string[],
	rows: readonly Row[],
	labels: readonly number[],
	penalty: number,
): RidgeModel {
	const means = features.map((_, column) => mean(present(rows, column)));
	const deviations = features.map((_, column) => deviation(present(rows, column), means[column] ?? 0));
	const intercept = mean(labels);
	const width = features.length;
	const gram = Matrix.eye(width, width).mul(penalty);
	const moments = Matrix.zeros(width, 1);
	rows.forEach((row, index) => {
		const x = standardize(row, means, deviations);
		const residual = (labels[index] ?? 0) - intercept;
		for (let i = 0; i < width; i++) {
			const xi = x[i] ?? 0;
			moments.set(i, 0, moments.get(i, 0) + xi * residual);
			for (let j = 0; j < width; j++) gram.set(i, j, gram.get(i, j) + xi * (x[j] ?? 0));
		}
	});
	return { features, means, deviations, weights: solve(gram, moments).getColumn(0), intercept };
}

export function predict(model: RidgeModel, row: Row): number {
	const x = standardize(row, model.means, model.deviations);
	return x.reduce((sum, value, index) => sum + value * (model.weights[index] ?? 0), model.intercept);
}

function standardize(row: Row, means: readonly number[], deviations: readonly number[]): number[] {
	return row.map((value, column) => (value === null ? 0 : (value - (means[column] ?? 0)) / (deviations[column] ?? 1)));
}

function present(rows: readonly Row[], column: number): number[] {
	return rows.map((row) => row[column] ?? null).filter((value) => value !== null);
}

export const mean = (values: readonly number[]): number =>
	values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);

function deviation(values: readonly number[], center: number): number {
	const variance = mean(values.map((value) => (value - center) ** 2));
	return variance > 0 ? Math.sqrt(variance) : 1;
}
