import { events, type GatewayAddress } from "./gateway.ts";
import type { FileFormat, Labels } from "./labels.ts";
import { type OnlineFeatures, onlineFeaturesOf } from "./online-features.ts";
import { readOnline } from "./online-parts.ts";
import { type PushOptions, type PushResult, pushRows } from "./push.ts";
import type {
	AnyRegistry,
	Bindings,
	EntityRow,
	FeatureReference,
	FeatureRow,
	RegistryTypes,
	ViewsOf,
} from "./registry-types.ts";
import { drawnTrainingSet, drawTrainingSet, type Splits, type TrainingSet } from "./training-set.ts";

export interface StoreOptions {
	/** `FEATUREGRAPH_URL`, or `http://127.0.0.1:4000` */
	readonly url?: string;
	/** `FEATUREGRAPH_TOKEN` */
	readonly token?: string;
	readonly project?: string;
}

export interface HistoricalOptions<B> {
	readonly splits?: Splits;
	/** Label columns to be predicted, which features are compared with; by default all. */
	readonly targets?: readonly string[];
	readonly bindings?: B;
	/** The column of the instants: `event_timestamp`. */
	readonly timestampColumn?: string;
	/** Only what the store knew: at the label's time, or at an instant. */
	readonly known?: { readonly atLabelTime: true } | { readonly at: string };
	readonly format?: FileFormat;
	readonly name?: string;
	readonly idempotencyKey?: string;
	readonly onProgress?: (share: number) => void;
}

/** A transition of an alert. `cursor` is where `alerts({ after })` goes on. */
export interface AlertEvent {
	readonly cursor: string;
	readonly from: string | null;
	readonly to: string;
	readonly at: string;
	readonly alert: { readonly id: string; readonly kind: string; readonly severity: string; readonly message: string };
}

/** A push source, which may feed several views, or a view. */
export type PushInto<R extends RegistryTypes> =
	| { readonly source: string }
	| { readonly view: keyof R["views"] & string };

/** One project of a gateway. With the registry that `featuregraph codegen` wrote, names and values are typed. */
export interface Store<R extends RegistryTypes = AnyRegistry> {
	/** The latest values for entity rows, in their order. Many rows are read in parts, a few at once. */
	getOnlineFeatures<const Reference extends FeatureReference<ViewsOf<R, B>>, const B extends Bindings<R> | null = null>(
		select: readonly Reference[],
		entities: readonly EntityRow<ViewsOf<R, B>, Reference>[],
		options?: { readonly bindings?: B },
	): Promise<OnlineFeatures<FeatureRow<ViewsOf<R, B>, Reference>>>;
	/** The latest values of what a service reads. */
	getServiceFeatures<const S extends keyof R["services"] & string>(
		service: S,
		entities: readonly EntityRow<R["views"], R["services"][S]>[],
	): Promise<OnlineFeatures<FeatureRow<R["views"], R["services"][S]>>>;
	/** Features as of each label row: drawn on the server, when this resolves. */
	getHistoricalFeatures<const B extends Bindings<R> | null = null>(
		labels: Labels,
		select: readonly FeatureReference<ViewsOf<R, B>>[] | { readonly service: keyof R["services"] & string },
		options?: HistoricalOptions<B>,
	): Promise<TrainingSet>;
	/** A training set that was drawn before, by its id; where it is still being drawn, when that has ended. */
	trainingSet(id: string): Promise<TrainingSet>;
	/**
	 * Rows into a push source or a view; a bad row is in `rejected` by its index, the others are taken. Many rows go in batches,
	 * each under a key of its own: what is sent again after a lost answer is taken once.
	 */
	push(into: PushInto<R>, rows: readonly object[], options?: PushOptions): Promise<PushResult>;
	/** Ends the values of entities: rows of their keys and the event time from which there are none. As `push` in all else. */
	delete(from: PushInto<R>, rows: readonly object[], options?: PushOptions): Promise<PushResult>;
	/** Transitions of alerts as they happen, behind the cursor `after` first. A reconnect misses none. */
	alerts(options?: { readonly after?: string }): AsyncGenerator<AlertEvent, void, void>;
}

const besideValues = ["keys", "statuses", "eventTimes"];

export function createStore<R extends RegistryTypes = AnyRegistry>(options: StoreOptions = {}): Store<R> {
	const gateway: GatewayAddress = {
		url: (options.url ?? process.env["FEATUREGRAPH_URL"] ?? "http://127.0.0.1:4000").replace(/\/+$/, ""),
		token: options.token ?? process.env["FEATUREGRAPH_TOKEN"] ?? null,
	};
	const project = options.project ?? "default";
	const latest = async <Row>(select: object, entities: readonly object[], bindings: object[] | null) => {
		const question = { project, select, bindings: bindings ?? [], fullFeatureNames: true, include: besideValues };
		return onlineFeaturesOf<Row>(await readOnline(gateway, question, entities));
	};
	return {
		getOnlineFeatures: (features, entities, { bindings } = {}) => latest({ features }, entities, bindingsOf(bindings)),
		getServiceFeatures: (featureService, entities) => latest({ featureService }, entities, null),
		getHistoricalFeatures(labels, select, { bindings, onProgress, ...input } = {}) {
			return drawTrainingSet(
				gateway,
				labels,
				{
					project,
					select: "service" in select ? { featureService: select.service } : { features: select },
					bindings: bindingsOf(bindings),
					fullFeatureNames: true,
					...input,
				},
				onProgress ?? (() => undefined),
			);
		},
		trainingSet: (id) => drawnTrainingSet(gateway, id, () => undefined),
		push: (into, rows, { to = "BOTH", idempotencyKey } = {}) =>
			pushRows(gateway, { project, into, to }, "rows", rows, idempotencyKey),
		delete: (into, rows, { to = "BOTH", idempotencyKey } = {}) =>
			pushRows(gateway, { project, into, to }, "deletes", rows, idempotencyKey),
		async *alerts({ after } = {}) {
			let cursor = after ?? null;
			for await (const { alertEvents } of events<{ alertEvents: AlertEvent }>(
				gateway,
				`subscription Alerts($project: String!, $after: String) {
					alertEvents(project: $project, after: $after) { cursor from to at alert { id kind severity message } }
				}`,
				() => ({ project, after: cursor }),
			)) {
				cursor = alertEvents.cursor;
				yield alertEvents;
			}
		},
	};
}

function bindingsOf(bindings: Bindings<RegistryTypes> | null | undefined): object[] | null {
	if (bindings == null) return null;
	return Object.entries(bindings).map(([alias, { view, joinKeys }]) => ({
		alias,
		view,
		joinKeys: Object.entries(joinKeys).map(([joinKey, column]) => ({ joinKey, column })),
	}));
}
