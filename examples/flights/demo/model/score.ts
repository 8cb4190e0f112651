import { mean } from "./ridge.ts";

export interface Score {
	/** Root of the mean squared error, in minutes. */
	readonly rmse: number;
	/** Of the same flights, had everyone been told the mean delay of the training flights. */
	readonly baselineRmse: number;
	/** Share of the baseline's squared error that the model explains. */
	readonly skill: number;
	/** Correlation of what was predicted with what happened. */
	readonly correlation: number;
}

export function score(predicted: readonly number[], actual: readonly number[], baseline: number): Score {
	const squared = mean(actual.map((value, index) => (value - (predicted[index] ?? 0)) ** 2));
	const baselineSquared = mean(actual.map((value) => (value - baseline) ** 2));
	return {
		rmse: Math.sqrt(squared),
		baselineRmse: Math.sqrt(baselineSquared),
		skill: 1 - squared / baselineSquared,
		correlation: correlation(predicted, actual),
	};
}

function correlation(a: readonly number[], b: readonly number[]): number {
	const meanA = mean(a);
	const meanB = mean(b);
	const covariance = mean(a.map((value, index) => (value - meanA) * ((b[index] ?? 0) - meanB)));
	const spread = (values: readonly number[], center: number) =>
		Math.sqrt(mean(values.map((value) => (value - center) ** 2)));
	return covariance / (spread(a, meanA) * spread(b, meanB));
}
