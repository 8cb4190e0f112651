/** A registry of one project, made in a test: definitions that need no YAML, with the rows that others refer to. */
import type {
	BatchViewDefinition,
	FeatureDefinition,
	OnDemandViewDefinition,
	SourceDefinition,
} from "../../core/definitions/model.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type {
	BatchViewVersion,
	OnDemandViewVersion,
	RegistrySnapshot,
	ServiceVersion,
	SourceVersion,
	ViewVersion,
} from "../../core/registry/snapshot.ts";
import type { Column, ValueType } from "../../core/values/type.ts";
import type { Registry } from "../../services/registry/registry.ts";
import type { Database } from "../../stores/postgres/database.ts";
import { storeViews } from "./stored-view.ts";

const governance = { description: null, owner: null, tags: [] };

export const featureOf = (name: string, type: ValueType, expression: string | null = null): FeatureDefinition => ({
	name,
	type,
	description: null,
	tags: [],
	classification: null,
	expression,
	graphql: {},
});

export interface FixtureView extends Partial<BatchViewDefinition> {
	readonly name: string;
	readonly joinKeys: readonly Column[];
	readonly features: readonly FeatureDefinition[];
	readonly rows: Partial<SourceDefinition> & Pick<SourceDefinition, "origin">;
}

export interface FixtureRegistry extends RegistryReader, Pick<Registry, "refresh"> {
	readonly projectId: number;
	view(name: string): BatchViewVersion;
}

/** Views named like their sources, an on-demand view where `onDemand` is given, and a service over all features. */
export async function fixtureRegistry(
	database: Database,
	views: readonly FixtureView[],
	onDemand: Omit<OnDemandViewDefinition, "kind" | "viewKind" | "description" | "owner" | "tags" | "graphql"> | null,
	createdAt: bigint,
): Promise<FixtureRegistry> {
	const names = [...views.map(({ name }) => name), ...(onDemand === null ? [] : [onDemand.name]), "all_features"];
	const { projectId, versionIds } = await storeViews(database, "default", names);
	const online = new Map<number, bigint>();
	const stored = (index: number) => ({
		id: versionIds[index] as number,
		version: 1,
		hash: `hash-${index}`,
		isCurrent: true,
		createdAt,
		createdBy: null,
	});
	const batch = (): BatchViewVersion[] =>
		views.map(({ rows, joinKeys, ...view }, index) => {
			const source: SourceVersion = {
				...stored(index),
				sourceId: index + 1,
				base: null,
				definition: {
					kind: "source",
					...governance,
					name: view.name,
					query: null,
					eventTime: "event_ts",
					createdTime: null,
					availableTime: null,
					tieBreak: [],
					columns: null,
					...rows,
				},
			};
			return {
				...stored(index),
				kind: "BATCH",
				viewId: index + 1,
				entities: [],
				joinKeys,
				source,
				onlineSince: online.get(versionIds[index] as number) ?? null,
				definition: {
					kind: "view",
					viewKind: "BATCH",
					...governance,
					entities: [],
					source: view.name,
					ttlSeconds: null,
					freshnessSlaSeconds: null,
					partial: false,
					online: true,
					offline: true,
					schedule: null,
					transformation: null,
					graphql: {},
					...view,
				},
			};
		});
	const snapshot = (): RegistrySnapshot => {
		const stores = batch();
		const computed: OnDemandViewVersion[] =
			onDemand === null
				? []
				: [
						{
							...stored(stores.length),
							kind: "ON_DEMAND",
							viewId: stores.length + 1,
							entities: [],
							joinKeys: stores[0]?.joinKeys ?? [],
							inputs: stores.filter(({ definition }) => onDemand.inputs.views.includes(definition.name)),
							definition: { kind: "view", viewKind: "ON_DEMAND", ...governance, graphql: {}, ...onDemand },
						},
					];
		const all: readonly ViewVersion[] = [...stores, ...computed];
		const service: ServiceVersion = {
			...stored(names.length - 1),
			serviceId: 1,
			schemaHash: "schema",
			definition: { kind: "service", ...governance, name: "all_features", features: [], bindings: [] },
			features: all.flatMap((viewVersion) =>
				viewVersion.definition.features.map(({ name }) => ({
					prefix: viewVersion.definition.name,
					viewVersion,
					feature: name,
					joinKeys: {},
				})),
			),
		};
		return {
			projectId,
			project: "default",
			description: null,
			registryVersion: 1,
			revision: String(online.size),
			entities: new Map(),
			sources: new Map(stores.map(({ source }) => [source.definition.name, { all: [source], current: source }])),
			views: new Map(
				all.map((view) => {
					const answers = view.kind === "BATCH" ? view.onlineSince !== null : true;
					return [view.definition.name, { all: [view], current: view, online: answers ? view : null }];
				}),
			),
			services: new Map([["all_features", { all: [service], current: service }]]),
		};
	};
	return {
		projectId,
		snapshot: async () => snapshot(),
		projects: async () => ["default"],
		refresh: async () => undefined,
		markOnline: async (id) => {
			if (!online.has(id)) online.set(id, createdAt);
		},
		view: (name) => batch().find(({ definition }) => definition.name === name) as BatchViewVersion,
	};
}
