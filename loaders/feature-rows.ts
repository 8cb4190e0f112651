import type { Principal } from "../core/ports/principal.ts";
import type { RegistrySnapshot, ViewVersion } from "../core/registry/snapshot.ts";
import type { AskedRow, FeatureRows, LoadFeatureRows } from "../services/serving/read/feature-rows.ts";
import type { OperationReader, OperationUse } from "../services/serving/read/packed-reader.ts";

/** The same features of one view, for any number of rows: one object for each place that asks. */
export interface AskedFeatures<Row> {
	readonly project: string;
	/** Which version answers, and the names of its features. */
	in(snapshot: RegistrySnapshot): { readonly view: ViewVersion; readonly features: readonly string[] };
	/** What was found, as whoever asks has it. */
	rowsOf(found: FeatureRows, view: ViewVersion, use: OperationUse): readonly Row[];
}

export interface FeatureRowsLoader {
	load<Row>(asked: AskedFeatures<Row>, row: AskedRow): Promise<Row>;
}

interface Batch {
	readonly rows: AskedRow[];
	readonly waiting: { readonly resolve: (row: never) => void; readonly reject: (reason: unknown) => void }[];
}

/** Gathers what one operation asks of entities by typed fields: all rows that one place asks for in a step are read at once. */
export function featureRowsLoader(
	featureRows: LoadFeatureRows,
	principal: Principal,
	reader: OperationReader,
): FeatureRowsLoader {
	const open = new Map<AskedFeatures<unknown>, Batch>();
	return {
		load(asked, row) {
			let batch = open.get(asked);
			if (batch === undefined) {
				batch = { rows: [], waiting: [] };
				open.set(asked, batch);
				void answer(asked, batch);
			}
			const { rows, waiting } = batch;
			rows.push(row);
			return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
		},
	};

	async function answer(asked: AskedFeatures<unknown>, { rows, waiting }: Batch): Promise<void> {
		try {
			const snapshot = await gathered(asked, reader.snapshot(asked.project));
			const { view, features } = asked.in(snapshot);
			const found = await featureRows(principal, snapshot, { view, features, rows }, reader);
			const answers = asked.rowsOf(found, view, reader.use);
			for (const [index, { resolve }] of waiting.entries()) resolve(answers[index] as never);
		} catch (error) {
			for (const { reject } of waiting) reject(error);
		}
	}

	/** The snapshot is in memory: when it is there, and the promises that are settled have called back, all rows have come. */
	async function gathered(asked: AskedFeatures<unknown>, snapshot: Promise<RegistrySnapshot>) {
		try {
			return await snapshot;
		} finally {
			await new Promise<void>((resolve) => process.nextTick(resolve));
			open.delete(asked);
		}
	}
}
