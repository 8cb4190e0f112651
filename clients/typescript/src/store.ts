import { type FeaturegraphErrorFields, refuse } from "./errors.ts";
import { ask, events, type GatewayAddress } from "./gateway.ts";
import { type Frame, frameFields, type OnlineFeatures, onlineFeaturesOf } from "./online-features.ts";
import type {
	AnyRegistry,
	Bindings,
	EntityRow,
	FeatureReference,
	FeatureRow,
	RegistryTypes,
	ViewsOf,
} from "./registry-types.ts";
import { drawTrainingSet, type FileFormat, type Labels, type TrainingSet } from "./training-set.ts";
import { encodeRow } from "./values.ts";

export interface StoreOptions {
	/** `FEATUREGRAPH_URL`, or `http://127.0.0.1:4000` */
	readonly url?: string;
	/** `FEATUREGRAPH_TOKEN` */
	readonly token?: string;
	readonly project?: string;
}

export interface HistoricalOptions<B> {
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

export interface PushResult {
	readonly accepted: number;
	readonly stale: number;
	readonly rejected: readonly FeaturegraphErrorFields[];
	readonly warnings: readonly FeaturegraphErrorFields[];
}

/** A transition of an alert. `cursor` is where `alerts({ after })` goes on. */
export interface AlertEvent {
	readonly cursor: string;
	readonly from: string | null;
	readonly to: string;
	readonly at: string;
	readonly alert: { readonly id: string; readonly kind: string; readonly severity: string; readonly message: string };
}

/** One project of a gateway. With the registry that `featuregraph codegen` wrote, names and values are typed. */
export interface Store<R extends RegistryTypes = AnyRegistry> {
	/** The latest values for entity rows, in their order. */
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
	/** Rows into a push source or a view; a bad row is in `rejected` by its index, the others are taken. */
	push(
		into: { readonly source: string } | { readonly view: keyof R["views"] & string },
		rows: readonly object[],
		options?: { readonly to?: "ONLINE" | "OFFLINE" | "BOTH"; readonly idempotencyKey?: string },
	): Promise<PushResult>;
	/** Transitions of alerts as they happen, behind the cursor `after` first. A reconnect misses none. */
	alerts(options?: { readonly after?: string }): AsyncGenerator<AlertEvent, void, void>;
}

const problem = "{ code message path index name nearest hint }";

export function createStore<R extends RegistryTypes = AnyRegistry>(options: StoreOptions = {}): Store<R> {
	const gateway: GatewayAddress = {
		url: (options.url ?? process.env["FEATUREGRAPH_URL"] ?? "http://127.0.0.1:4000").replace(/\/+$/, ""),
		token: options.token ?? process.env["FEATUREGRAPH_TOKEN"] ?? null,
	};
	const project = options.project ?? "default";
	const readOnline = async <Row>(select: object, entities: readonly object[], bindings: object[] | null) => {
		const { onlineFeatures } = await ask<{ onlineFeatures: Frame }>(
			gateway,
			`query Online($project: String!, $select: FeatureSelection!, $bindings: [ViewBinding!], $entities: [EntityRow!]!) {
				onlineFeatures(project: $project, select: $select, bindings: $bindings, entities: $entities, fullFeatureNames: true) {
					${frameFields}
				}
			}`,
			{ project, select, bindings, entities: entities.map(encodeRow) },
		);
		return onlineFeaturesOf<Row>(onlineFeatures);
	};
	return {
		getOnlineFeatures: (features, entities, { bindings } = {}) =>
			readOnline({ features }, entities, bindingsOf(bindings)),
		getServiceFeatures: (featureService, entities) => readOnline({ featureService }, entities, null),
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
		async push(into, rows, { to = "BOTH", idempotencyKey } = {}) {
			const { push } = await ask<{ push: PushResult & { userErrors: FeaturegraphErrorFields[] } }>(
				gateway,
				`mutation Push($input: PushInput!) {
					push(input: $input) { accepted stale rejected ${problem} warnings ${problem} userErrors ${problem} }
				}`,
				{ input: { project, into, rows: rows.map(encodeRow), to, idempotencyKey: idempotencyKey ?? null } },
			);
			const { userErrors, ...result } = push;
			refuse(userErrors);
			return result;
		},
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
