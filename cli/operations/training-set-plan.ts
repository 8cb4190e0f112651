import type { Connection } from "../client/connection.ts";
import { request } from "../client/graphql.ts";

interface Scan {
	readonly views: readonly string[];
	readonly features: readonly string[];
	readonly engine: string;
	readonly strategy: string;
	readonly reason: string;
	readonly estimatedRows: number | null;
	readonly estimatedCost: number | null;
	readonly sql: readonly string[];
}

/** How the server would draw a training set (`CreateTrainingSetInput` without its project). */
export async function planTrainingSet(
	connection: Connection,
	input: Readonly<Record<string, unknown>>,
): Promise<readonly Scan[]> {
	const { trainingSetPlan } = await request<{ trainingSetPlan: { scans: readonly Scan[] } }>(
		connection,
		`query Plan($input: CreateTrainingSetInput!) {
			trainingSetPlan(input: $input) {
				scans { views features engine strategy reason estimatedRows estimatedCost sql }
			}
		}`,
		{ input: { project: connection.project, ...input } },
	);
	return trainingSetPlan.scans;
}

/** For people to read. */
export const formatScans = (scans: readonly Scan[]): string =>
	scans
		.map(({ views, features, engine, strategy, reason, estimatedRows, estimatedCost, sql }) =>
			[
				`${views.join(", ")}: ${strategy} in ${engine}`,
				`  ${reason}`,
				`  reads ${features.join(", ")}`,
				`  rows ${estimatedRows ?? "unknown"}, cost ${estimatedCost ?? "unknown"}`,
				...sql.map((statement) => `\n${statement};`),
			].join("\n"),
		)
		.join("\n\n");
