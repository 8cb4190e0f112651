/** Looks at the data behind new sources and views: whether it is there, and has the columns that they name. */
import type { CheckContext } from "../../core/definitions/check-context.ts";
import { usedColumns } from "../../core/definitions/check-sources.ts";
import { checkViewColumns } from "../../core/definitions/check-views.ts";
import type { Place } from "../../core/definitions/definition-error.ts";
import type { SourceDefinition } from "../../core/definitions/model.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { nearestNames } from "../../core/errors/nearest.ts";
import { offlineViewOf, sourceRelationOf } from "../../core/offline/offline-view.ts";
import { viewColumnsOf } from "../../core/offline/view-columns.ts";
import type { Relation } from "../../core/ports/offline-engine.ts";
import { resolveTarget, type SourceTarget, type ViewTarget } from "../../core/registry/resolve-target.ts";
import type { BatchViewVersion, SourceVersion } from "../../core/registry/snapshot.ts";
import type { Column } from "../../core/values/type.ts";
import type { RegistryDeps } from "./registry-deps.ts";

/** Relations looked at side by side. */
const atOnce = 4;

/** Adds what is wrong to the errors of the context, whose definitions must be without any. */
export async function inspectData(
	deps: Pick<RegistryDeps, "engines" | "checkFilePath">,
	context: CheckContext,
): Promise<void> {
	const unreadable = new Set<string>();
	for (const source of context.definitions.sources) {
		if (!(await isPathAllowed(deps, context, source))) unreadable.add(source.name);
	}
	const target = resolveTarget(context.definitions, context.snapshot);
	const isReadable = (source: SourceTarget): boolean =>
		!unreadable.has(source.definition.name) && (source.base === null || isReadable(source.base));
	await inParallel(target.sources, async (source) => {
		if (source.stored !== null || isPushed(source) || !isReadable(source)) return;
		if (!(await inspectSource(deps, context, source))) unreadable.add(source.definition.name);
	});
	await inParallel(target.views, async (view) => {
		const { source, stored } = view;
		if (stored !== null || source === null || isPushed(source) || !isReadable(source)) return;
		await inspectView(deps, context, view, source);
	});
}

async function isPathAllowed(
	deps: Pick<RegistryDeps, "checkFilePath">,
	context: CheckContext,
	{ name, origin }: SourceDefinition,
): Promise<boolean> {
	if (origin.kind !== "parquet" && origin.kind !== "csv") return true;
	const { path } = origin;
	return tell(context, placeOf(context, "sources", name, [origin.kind]), async () => deps.checkFilePath(path));
}

const isPushed = (source: SourceTarget): boolean =>
	source.base === null ? source.definition.origin.kind === "push" : isPushed(source.base);

async function inspectSource(
	deps: Pick<RegistryDeps, "engines">,
	context: CheckContext,
	source: SourceTarget,
): Promise<boolean> {
	const { definition } = source;
	const { name, origin, query } = definition;
	const path = query !== null ? ["query"] : origin.kind === "source" ? ["from"] : [origin.kind];
	return tell(context, placeOf(context, "sources", name, path), async () => {
		const columns = await describe(deps, sourceRelationOf(versionOf(source)));
		if (columns === null) return;
		const names = columns.map((column) => column.name);
		for (const { column, path: used } of usedColumns(definition)) {
			if (names.includes(column)) continue;
			context.errors.push({
				code: "UNKNOWN_COLUMN",
				message: `The rows of the source "${name}" have no column "${column}".`,
				name: column,
				nearest: nearestNames(column, names),
				hint: `They have: ${names.slice(0, 50).join(", ")}.`,
				...placeOf(context, "sources", name, used),
			});
		}
	});
}

async function inspectView(
	deps: Pick<RegistryDeps, "engines">,
	context: CheckContext,
	view: ViewTarget,
	source: SourceTarget,
): Promise<void> {
	const { definition } = view;
	if (definition.viewKind !== "BATCH") return;
	const { name, transformation } = definition;
	const path = transformation === null ? ["source"] : ["transformation", "sql"];
	await tell(context, placeOf(context, "views", name, path), async () => {
		const version: BatchViewVersion = {
			...unstored(view),
			kind: "BATCH",
			viewId: 0,
			definition,
			entities: [],
			joinKeys: view.joinKeys,
			source: versionOf(source),
			onlineSince: null,
		};
		const offline = offlineViewOf(version);
		const columns = await describe(deps, offline.relation);
		if (columns === null) return;
		const before = context.errors.length;
		checkViewColumns(context, definition, columns);
		if (context.errors.length === before) viewColumnsOf(offline, new Set(columns.map((column) => column.name)));
	});
}

/** Null: nothing here can read it. */
async function describe(
	{ engines }: Pick<RegistryDeps, "engines">,
	relation: Relation,
): Promise<readonly Column[] | null> {
	const engine = engines.find((candidate) => candidate.reads(relation));
	return engine === undefined ? null : engine.describe(relation);
}

/** Runs it; what it refuses is told at the place. Whether it went well. */
async function tell(context: CheckContext, place: Place, work: () => Promise<void>): Promise<boolean> {
	try {
		await work();
		return true;
	} catch (error) {
		if (!(error instanceof FeaturegraphError)) throw error;
		const { path: _path, index: _index, ...told } = error.toUserError();
		context.errors.push({ ...told, ...place });
		return false;
	}
}

function placeOf(
	{ entries }: CheckContext,
	section: "sources" | "views",
	name: string,
	path: readonly (string | number)[],
): Place {
	const entry = entries[section].get(name);
	if (entry === undefined) throw new Error(`"${name}" has a definition and no place.`);
	return entry.placeOf(path);
}

const unstored = ({ hash, version }: { readonly hash: string; readonly version: number }) => ({
	id: 0,
	version,
	hash,
	isCurrent: false,
	createdAt: 0n,
	createdBy: null,
});

const versionOf = (source: SourceTarget): SourceVersion => ({
	...unstored(source),
	sourceId: 0,
	definition: source.definition,
	base: source.base === null ? null : versionOf(source.base),
});

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
	for (let start = 0; start < items.length; start += atOnce) {
		await Promise.all(items.slice(start, start + atOnce).map(work));
	}
}
