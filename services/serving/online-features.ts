import { LRUCache } from "lru-cache";
import { requirePermission } from "../../core/access/require-permission.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { UserError } from "../../core/errors/user-error.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { FeatureFrame, FrameColumn } from "../../core/reads/frame.ts";
import type { RequestBinding, ResolvedSelection, Selection } from "../../core/reads/model.ts";
import { resolveSelection } from "../../core/reads/resolve-selection.ts";
import type { RegistrySnapshot } from "../../core/registry/snapshot.ts";
import { featureValueEncoder } from "../../core/values/feature-value-out.ts";
import { type EntityRows, readEntityRows } from "./entity-rows.ts";
import { compileOnlinePlan, type OnlinePlan } from "./online-plan.ts";
import type { OperationReader, PackedReader } from "./packed-reader.ts";
import { type OnlineColumns, readOnline } from "./read-online.ts";

export interface OnlineFeaturesInput {
	readonly project: string;
	readonly select: Selection;
	readonly bindings: readonly RequestBinding[];
	readonly entities: readonly unknown[];
	readonly fullFeatureNames: boolean;
}

export interface OnlineLimits {
	readonly rows: number;
	/** Columns of features in one request. */
	readonly features: number;
	/** Rows times features. */
	readonly values: number;
	/** Selections whose plan is kept. */
	readonly plans: number;
}

export interface OnlineFeaturesDeps {
	readonly registry: Pick<RegistryReader, "snapshot">;
	readonly clock: Clock;
	readonly logger: Logger;
	readonly limits: OnlineLimits;
}

/** The latest values for entity rows. `reader` is the operation's: see `loaders/feature-values.ts`. */
export type OnlineFeatures = (
	principal: Principal,
	input: OnlineFeaturesInput,
	reader: PackedReader | OperationReader,
) => Promise<FeatureFrame>;

interface Planned {
	readonly selection: ResolvedSelection;
	readonly plan: OnlinePlan;
}

/** Makes the use case with its cache of plans: a selection is resolved once per revision of the registry. */
export function onlineFeaturesService({ registry, clock, logger, limits }: OnlineFeaturesDeps): OnlineFeatures {
	const plans = new LRUCache<string, Planned>({ max: limits.plans });

	return async (principal, input, reader) => {
		const { project, entities } = input;
		requirePermission(principal, "READ_VALUES", project);
		exceeds("rows", entities.length, limits.rows, "Read them in parts, or draw a training set.");
		const snapshot = await ("snapshot" in reader ? reader : registry).snapshot(project);
		const { selection, plan } = planFor(snapshot, input);
		const width = selection.features.length;
		exceeds("features", width, limits.features, "Ask for fewer at once.");
		exceeds(
			"values (rows times features)",
			width * entities.length,
			limits.values,
			"Ask for fewer rows or features at once.",
		);
		const rows = readEntityRows(selection.joinKeys, selection.request, entities);
		const columns = await readOnline(plan, rows, reader, clock.now());
		if (columns.corrupt > 0) {
			logger.error({ project, count: columns.corrupt }, "Stored values could not be decoded; they are served as ERROR");
		}
		return frameOf(selection, rows, columns);
	};

	function planFor(snapshot: RegistrySnapshot, { select, bindings, fullFeatureNames }: OnlineFeaturesInput): Planned {
		const key = `${snapshot.projectId} ${snapshot.revision} ${JSON.stringify([select, bindings, fullFeatureNames])}`;
		let planned = plans.get(key);
		if (planned === undefined) {
			const selection = resolveSelection(snapshot, select, bindings, { fullFeatureNames, versions: "online" });
			for (const { view } of selection.batch) if (!view.definition.online) throw notOnline(view.definition.name);
			planned = { selection, plan: compileOnlinePlan(snapshot.projectId, selection) };
			plans.set(key, planned);
		}
		return planned;
	}
}

const notOnline = (name: string): FeaturegraphError =>
	new FeaturegraphError("BAD_USER_INPUT", `The view "${name}" says \`online: false\`: it has no values online.`, {
		name,
		hint: "Read it by historicalFeatures, or set `online: true` in its definition.",
	});

function exceeds(what: string, count: number, limit: number, hint: string): void {
	if (count <= limit) return;
	throw new FeaturegraphError("LIMIT_EXCEEDED", `${count} ${what} in one request; at most ${limit} are taken.`, {
		name: what.split(" ")[0] ?? what,
		hint,
	});
}

/** Expressions that fail alike on every row are told by the first of them. */
const mostFailuresTold = 10;

function frameOf(selection: ResolvedSelection, rows: EntityRows, columns: OnlineColumns): FeatureFrame {
	const rowErrors: UserError[] = [...rows.errors];
	const framed: FrameColumn[] = [];
	const givenColumn = (name: string, type: FrameColumn["type"], role: "JOIN_KEY" | "REQUEST"): FrameColumn => {
		const values = rows.column(name).map(featureValueEncoder(type));
		return { name, role, type, values, statuses: null, eventTimes: null, feature: null };
	};
	for (const { name, type } of selection.joinKeys) framed.push(givenColumn(name, type, "JOIN_KEY"));
	for (const { name, type } of selection.request) framed.push(givenColumn(name, type, "REQUEST"));
	for (const { name, type, viewVersion, feature, read } of selection.features) {
		const { values, statuses, eventTimes, failures } = columns.column(read, feature);
		for (const { row, message } of failures.slice(0, mostFailuresTold)) {
			rowErrors.push({
				code: "EXPRESSION_FAILED",
				message: `Row ${row}, "${name}": ${message}`,
				index: row,
				name,
				nearest: [],
			});
		}
		framed.push({
			name,
			role: "FEATURE",
			type,
			values: values.map(featureValueEncoder(type)),
			statuses,
			eventTimes,
			feature: { viewVersion, name: feature },
		});
	}
	return {
		rowCount: rows.rowCount,
		columns: framed,
		rowErrors,
		registryVersion: selection.snapshot.registryVersion,
	};
}
