import DataLoader from "dataloader";
import type { Principal } from "../core/ports/principal.ts";
import type { RegistrySnapshot, ViewVersion } from "../core/registry/snapshot.ts";
import type { AskedRow, FeatureRow, LoadFeatureRows } from "../services/serving/feature-rows.ts";
import type { PackedReader } from "../services/serving/packed-reader.ts";

/** One entity's row of one view. */
export interface FeatureRowRequest extends AskedRow {
	readonly snapshot: RegistrySnapshot;
	readonly view: ViewVersion;
	readonly features: readonly string[];
}

export interface FeatureRowsLoader {
	load(request: FeatureRowRequest): Promise<FeatureRow>;
}

/** Gathers what one operation asks of entities by typed fields: all rows of the same features of one view are read at once. */
export function featureRowsLoader(
	featureRows: LoadFeatureRows,
	principal: Principal,
	reader: PackedReader,
): FeatureRowsLoader {
	return new DataLoader<FeatureRowRequest, FeatureRow>(
		async (requests) => {
			const groups = new Map<string, number[]>();
			for (const [index, { view, features }] of requests.entries()) {
				const name = `${view.id} ${features.join(" ")}`;
				const group = groups.get(name);
				if (group === undefined) groups.set(name, [index]);
				else group.push(index);
			}
			const answers = new Array<FeatureRow | Error>(requests.length);
			await Promise.all(
				[...groups.values()].map(async (indexes) => {
					const rows = indexes.map((index) => requests[index] as FeatureRowRequest);
					const [{ snapshot, view, features }] = rows as [FeatureRowRequest];
					const found = await featureRows(principal, snapshot, { view, features, rows }, reader).catch(asError);
					for (const [position, index] of indexes.entries()) {
						answers[index] = found instanceof Error ? found : (found[position] as FeatureRow);
					}
				}),
			);
			return answers;
		},
		{ cache: false },
	);
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
