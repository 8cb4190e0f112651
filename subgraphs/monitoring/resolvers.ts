import { catchUserErrors } from "../../core/errors/catch-user-errors.ts";
import type { FreshnessReading } from "../../core/freshness/freshness.ts";
import { mapIterator } from "../../core/iterators/map-iterator.ts";
import { connectionOf, pageOf } from "../../core/paging/connection.ts";
import type { Alert } from "../../core/ports/alert-store.ts";
import type { OperationContext } from "../../core/ports/subgraph.ts";
import {
	decodeFeatureKey,
	decodeNodeId,
	decodeNodeKey,
	encodeFeatureId,
	encodeNodeId,
	versionIdOf,
} from "../../core/registry/node-id.ts";
import type { AlertState, Resolvers } from "../../schema/generated/monitoring.ts";
import { dateTimeScalar } from "../../schema/scalars/date-time.ts";
import { type AlertEventsDeps, alertEvents } from "../../services/monitoring/alert-events.ts";
import { type AlertDeps, acknowledgeAlert, alert, listAlerts } from "../../services/monitoring/alerts.ts";
import { type FreshnessDeps, freshnessOf } from "../../services/monitoring/freshness.ts";
import type { Registry } from "../../services/registry/registry.ts";

export type MonitoringSubgraphDeps = AlertDeps & AlertEventsDeps & FreshnessDeps & { readonly registry: Registry };

const byId = ({ id }: Alert): string => id;
const secondsOf = (micros: bigint): number => Number(micros) / 1_000_000;

/** Alerts, their transitions as a stream, and how fresh the views are. */
export function monitoringResolvers(deps: MonitoringSubgraphDeps): Resolvers {
	const alertsOf = async (
		subject: { readonly project: string; readonly view: string; readonly feature: string | null },
		args: { states?: readonly AlertState[] | null | undefined; first: number; after?: string | null | undefined },
		{ principal }: OperationContext,
	) => {
		const page = pageOf(args);
		const filter = { project: subject.project, kinds: null, states: args.states ?? null, subject };
		return connectionOf(await listAlerts(deps, principal, filter, page), page, byId);
	};

	return {
		DateTime: dateTimeScalar,
		Query: {
			alert: (_, { id }, { principal }) => {
				const key = decodeNodeKey("Alert", id);
				return key === null ? null : alert(deps, principal, key);
			},
			alerts: async (_, args, { principal }) => {
				const page = pageOf(args);
				const filter = {
					project: args.project,
					kinds: args.kinds ?? null,
					states: args.states ?? null,
					subject: null,
				};
				return connectionOf(await listAlerts(deps, principal, filter, page), page, byId);
			},
		},
		Mutation: {
			acknowledgeAlert: (_, { id, note }, { principal }) =>
				catchUserErrors(
					async () => ({
						alert: await acknowledgeAlert(deps, principal, decodeNodeKey("Alert", id) ?? id, note ?? null),
						userErrors: [],
					}),
					(userErrors) => ({ alert: null, userErrors }),
				),
		},
		Subscription: {
			alertEvents: {
				subscribe: async (_, args, { principal }) => {
					const events = await alertEvents(deps, principal, {
						project: args.project,
						kinds: args.kinds ?? null,
						states: args.states ?? null,
						after: args.after ?? null,
					});
					return mapIterator(events, (event) => ({ alertEvents: event }));
				},
			},
		},
		Alert: {
			__resolveReference: ({ id }, { principal }) => {
				const key = decodeNodeKey("Alert", id);
				return key === null ? null : alert(deps, principal, key);
			},
			id: ({ id }) => encodeNodeId("Alert", id),
			subject: ({ subject: { viewVersionId, feature } }) => ({
				id: feature === null ? encodeNodeId("FeatureView", viewVersionId) : encodeFeatureId(viewVersionId, feature),
			}),
		},
		AlertSubject: {
			__resolveType: ({ id }) => (decodeNodeId(id ?? "")?.kind === "Feature" ? "Feature" : "FeatureView"),
		},
		Feature: {
			alerts: async ({ id }, args, context) => {
				const feature = decodeFeatureKey(decodeNodeKey("Feature", id ?? "") ?? "");
				const view = feature === null ? null : await deps.registry.versionById(feature.viewVersionId);
				if (feature === null || view === null) return null;
				const subject = { project: view.project, view: view.version.definition.name, feature: feature.feature };
				return alertsOf(subject, args, context);
			},
		},
		FeatureView: {
			alerts: async ({ id }, args, context) => {
				const view = await viewOf(deps.registry, id);
				return view === null ? null : alertsOf({ ...view, feature: null }, args, context);
			},
			freshness: async ({ id }, _, { principal }) => {
				const view = await viewOf(deps.registry, id);
				if (view === null) return null;
				const reading = await freshnessOf(deps, principal, view.project, view.view);
				return reading === null ? null : freshnessFields(reading, view.slaSeconds);
			},
		},
	};
}

async function viewOf(
	registry: Registry,
	id: string | undefined,
): Promise<{ project: string; view: string; slaSeconds: number | null } | null> {
	const versionId = versionIdOf(decodeNodeKey("FeatureView", id ?? "") ?? "");
	const found = versionId === null ? null : await registry.versionById(versionId);
	if (found?.kind !== "FeatureView") return null;
	const { definition } = found.version;
	return {
		project: found.project,
		view: definition.name,
		slaSeconds: definition.viewKind === "BATCH" ? definition.freshnessSlaSeconds : null,
	};
}

function freshnessFields(reading: FreshnessReading, slaSeconds: number | null) {
	return {
		eventLagSeconds: secondsOf(reading.eventLag),
		processingLagSeconds: reading.processingLag === null ? null : secondsOf(reading.processingLag),
		slaSeconds,
		status: reading.status,
		latestEventTime: reading.latestEventTime,
		checkedAt: reading.checkedAt,
	};
}
