import { LRUCache } from "lru-cache";
import { requirePermission } from "../../../core/access/require-permission.ts";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { UserError } from "../../../core/errors/user-error.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { OnlineObserver } from "../../../core/ports/online-observer.ts";
import type { Principal } from "../../../core/ports/principal.ts";
import type { RegistryReader } from "../../../core/ports/registry-reader.ts";
import type { RequestBinding, ResolvedSelection, Selection } from "../../../core/reads/model.ts";
import { resolveSelection } from "../../../core/reads/resolve-selection.ts";
import type { RegistrySnapshot } from "../../../core/registry/snapshot.ts";
import type { EntityRows } from "./entity-rows.ts";
import type { GivenRows } from "./given-rows.ts";
import type { ReadColumn } from "./online-columns.ts";
import { anyTime, compileOnlinePlan, type OnlinePlan } from "./online-plan.ts";
import type { OperationReader, PackedReader } from "./packed-reader.ts";
import { readOnline } from "./read-stored.ts";

/** What is asked of every row. */
export interface OnlineQuestion {
	readonly project: string;
	readonly select: Selection;
	readonly bindings: readonly RequestBinding[];
	readonly fullFeatureNames: boolean;
	/** Of a question that is kept, and asked again: what was planned for it last. */
	readonly last?: LastPlan;
}

/** Of this snapshot, which may be another object than that of the plan: plans are kept by revision. */
export interface LastPlan {
	snapshot: RegistrySnapshot | null;
	planned: Planned | null;
}

interface Planned {
	readonly selection: ResolvedSelection;
	readonly plan: OnlinePlan;
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

export interface OnlineReadDeps {
	readonly registry: Pick<RegistryReader, "snapshot">;
	readonly clock: Clock;
	readonly logger: Logger;
	readonly limits: OnlineLimits;
	readonly observer?: Pick<OnlineObserver, "corrupted">;
}

/** Values as they are held inside, by columns: whoever sends them writes them in its own way. */
export interface OnlineRead {
	readonly selection: ResolvedSelection;
	readonly rows: EntityRows;
	/** Of the selection's features, in their order. */
	readonly features: readonly ReadColumn[];
	readonly rowErrors: readonly UserError[];
}

/** Reads the latest values for rows. `reader` is the operation's: see `loaders/feature-values.ts`. */
export type ReadLatest = (
	principal: Principal,
	question: OnlineQuestion,
	rows: GivenRows,
	reader: PackedReader | OperationReader,
) => Promise<OnlineRead>;

/** Expressions that fail alike on every row are told by the first of them. */
const mostFailuresTold = 10;

/** Makes the use case with its cache of plans: a selection is resolved once per revision of the registry. */
export function onlineReadService({ registry, clock, logger, limits, observer }: OnlineReadDeps): ReadLatest {
	const plans = new LRUCache<string, Planned>({ max: limits.plans });

	return async (principal, question, given, reader) => {
		const { project, select, bindings } = question;
		requirePermission(principal, "READ_VALUES", project);
		exceeds("rows", given.rowCount, limits.rows, "Read them in parts, or draw a training set.");
		// Before they are resolved, and the plan is kept by what was written.
		const written = Math.max("features" in select ? select.features.length : 0, bindings.length);
		exceeds("features", written, limits.features, "Ask for fewer at once.");
		const snapshot = await ("snapshot" in reader ? reader : registry).snapshot(project);
		const { selection, plan } = planFor(snapshot, question);
		const width = selection.features.length;
		exceeds("features", width, limits.features, "Ask for fewer at once.");
		exceeds(
			"values (rows times features)",
			width * given.rowCount,
			limits.values,
			"Ask for fewer rows or features at once.",
		);
		const rows = given.read(selection.joinKeys, selection.request);
		const columns = await readOnline(plan, rows, reader, plan.expires ? clock.now() : anyTime);
		const { corrupt } = columns;
		if (corrupt > 0) {
			observer?.corrupted(corrupt);
			logger.error({ project, count: corrupt }, "Stored values could not be decoded; they are served as ERROR");
		}
		const features = selection.features.map(({ read, feature }) => columns.column(read, feature));
		const failures = failuresOf(selection, features);
		const rowErrors = failures.length === 0 ? rows.errors : [...rows.errors, ...failures];
		return { selection, rows, features, rowErrors };
	};

	function planFor(snapshot: RegistrySnapshot, question: OnlineQuestion): Planned {
		const { last } = question;
		if (last === undefined) return planOf(snapshot, question);
		if (last.planned === null || last.snapshot !== snapshot) {
			last.planned = planOf(snapshot, question);
			last.snapshot = snapshot;
		}
		return last.planned;
	}

	function planOf(snapshot: RegistrySnapshot, { select, bindings, fullFeatureNames }: OnlineQuestion): Planned {
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

function failuresOf({ features }: ResolvedSelection, columns: readonly ReadColumn[]): UserError[] {
	if (columns.every(({ failures }) => failures.length === 0)) return [];
	return columns.flatMap(({ failures }, index) => {
		const { name } = features[index] ?? { name: "" };
		return failures.slice(0, mostFailuresTold).map(
			({ row, message }): UserError => ({
				code: "EXPRESSION_FAILED",
				message: `Row ${row}, "${name}": ${message}`,
				index: row,
				name,
				nearest: [],
			}),
		);
	});
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
