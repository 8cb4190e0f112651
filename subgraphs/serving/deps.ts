import type { OperationContext } from "../../core/ports/subgraph.ts";
import type { AsOfRequest, AsOfRow } from "../../loaders/as-of-rows.ts";
import type { FeatureRowsLoader } from "../../loaders/feature-rows.ts";
import type { MaterializeDeps } from "../../services/materialization/materialize.ts";
import type { Registry } from "../../services/registry/registry.ts";
import type { FeatureUpdates } from "../../services/serving/feature-updates.ts";
import type { OnlineValuesDeps } from "../../services/serving/online-values.ts";
import type { Push } from "../../services/serving/push/push.ts";
import type { OnlineFeatures } from "../../services/serving/read/online-features.ts";
import type { OperationReader } from "../../services/serving/read/packed-reader.ts";
import type { CreateTrainingSetDeps } from "../../services/training/create-training-set.ts";
import type { HistoricalDeps } from "../../services/training/historical-features.ts";
import type { ReproduceDeps } from "../../services/training/provenance/reproduce-training-set.ts";
import type { UploadDeps } from "../../services/training/uploads/uploads.ts";

/** What the serving subgraph is handed by app. */
export type ServingSubgraphDeps = CreateTrainingSetDeps &
	HistoricalDeps &
	MaterializeDeps &
	ReproduceDeps &
	UploadDeps & {
		readonly registry: Registry;
		readonly onlineFeatures: OnlineFeatures;
		readonly featureUpdates: FeatureUpdates;
		readonly push: Push;
		readonly onlineValues: OnlineValuesDeps;
		/** The reader of one operation, by its scope. */
		readonly readerOf: (operation: Pick<OperationContext, "scope" | "headers">) => OperationReader;
		/** The loader of rows of one operation. */
		readonly featureRowsOf: (context: OperationContext) => FeatureRowsLoader;
		/** The loader of past rows of one operation. */
		readonly asOfRowsOf: (context: OperationContext) => { load(request: AsOfRequest): Promise<AsOfRow> };
	};
