import type { Principal } from "../../../core/ports/principal.ts";
import type { FeatureFrame, FrameColumn } from "../../../core/reads/frame.ts";
import type { SelectedFeature } from "../../../core/reads/model.ts";
import { featureValueEncoder } from "../../../core/values/feature-value-out.ts";
import { rowObjects } from "./given-rows.ts";
import type { ReadColumn } from "./online-columns.ts";
import { isStale, type OperationReader, type OperationUse, type PackedReader } from "./packed-reader.ts";
import type { OnlineQuestion, OnlineRead, ReadLatest } from "./read-latest.ts";

export interface OnlineFeaturesInput extends OnlineQuestion {
	readonly entities: readonly unknown[];
}

/** The latest values for entity rows, as GraphQL has them. `reader` is the operation's: see `loaders/feature-values.ts`. */
export type OnlineFeatures = (
	principal: Principal,
	input: OnlineFeaturesInput,
	reader: PackedReader | OperationReader,
) => Promise<FeatureFrame>;

export const onlineFeaturesService =
	(readLatest: ReadLatest): OnlineFeatures =>
	async (principal, { entities, ...question }, reader) =>
		frameOf(await readLatest(principal, question, rowObjects(entities), reader), reader.use);

function frameOf({ selection, rows, features, rowErrors }: OnlineRead, use: OperationUse): FeatureFrame {
	const given = (role: "JOIN_KEY" | "REQUEST", { name, type }: Pick<FrameColumn, "name" | "type">): FrameColumn => {
		const values = rows.column(name).map(featureValueEncoder(type));
		return { name, role, type, values, statuses: null, eventTimes: null, feature: null };
	};
	const columns = features.map(
		(column, index) => new FeatureColumn(selection.features[index] as SelectedFeature, column, use),
	);
	return {
		rowCount: rows.rowCount,
		columns: [
			...selection.joinKeys.map((column) => given("JOIN_KEY", column)),
			...selection.request.map((column) => given("REQUEST", column)),
			...columns,
		],
		rowErrors,
		registryVersion: selection.snapshot.registryVersion,
	};
}

/** Statuses and times are made for who asks for them. */
class FeatureColumn implements FrameColumn {
	readonly name: string;
	readonly role = "FEATURE";
	readonly type: FrameColumn["type"];
	readonly values: FrameColumn["values"];
	readonly feature: FrameColumn["feature"];
	readonly stale: boolean;
	readonly #column: ReadColumn;

	constructor({ name, type, viewVersion, feature }: SelectedFeature, column: ReadColumn, use: OperationUse) {
		this.name = name;
		this.type = type;
		this.values = column.values.map(featureValueEncoder(type));
		this.feature = { viewVersion, name: feature };
		this.stale = isStale(use, viewVersion);
		this.#column = column;
	}

	get statuses(): FrameColumn["statuses"] {
		return this.#column.statuses;
	}

	get eventTimes(): FrameColumn["eventTimes"] {
		return this.#column.eventTimes;
	}
}
