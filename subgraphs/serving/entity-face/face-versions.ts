import { findService } from "../../../core/reads/find-version.ts";
import type { RegistrySnapshot, ViewVersion } from "../../../core/registry/snapshot.ts";
import { type FaceType, type FaceView, faceView, isServed } from "./face-view.ts";

/**
 * Adds the old versions that a service still reads, as deprecated fields: `airportDelaysV1`. A name that is taken by a
 * definition stays its own: such a version is `airportDelaysVersion1`, and says so. (One that is pinned was refused then.)
 */
export function withPinnedVersions(
	types: readonly FaceType[],
	snapshot: RegistrySnapshot,
	prefix: string,
): readonly FaceType[] {
	const shown = new Set(types.flatMap(({ views }) => views.map(({ view }) => view.id)));
	const typeNames = new Set(
		types.flatMap(({ typeName, views }) => [typeName, ...views.map((view) => view.rowTypeName)]),
	);
	const pinned = pinnedVersions(snapshot).filter((view) => !shown.has(view.id) && isServed(view));
	if (pinned.length === 0) return types;
	return types.map((type) => {
		const fields = new Set(type.views.map(({ fieldName }) => fieldName));
		const isFree = ({ fieldName, rowTypeName }: FaceView): boolean =>
			!fields.has(fieldName) && !typeNames.has(rowTypeName);
		const old = pinned.filter((view) => isOf(view, type)).map((view) => oldVersion(prefix, view, snapshot, isFree));
		return old.length === 0 ? type : { ...type, views: [...type.views, ...old] };
	});
}

/** What the services read that answer now, each once, by view and number. */
function pinnedVersions(snapshot: RegistrySnapshot): ViewVersion[] {
	const versions = new Map<number, ViewVersion>();
	for (const [name, { current }] of snapshot.services) {
		if (current === null) continue;
		for (const service of [current, findService(snapshot, { name, version: null }, "online")]) {
			for (const { viewVersion } of service.features) versions.set(viewVersion.id, viewVersion);
		}
	}
	return [...versions.values()].sort((a, b) => a.id - b.id);
}

const isOf = (view: ViewVersion, { keys, views }: FaceType): boolean =>
	view.joinKeys.length === keys.length &&
	entityNames(view) === (views[0] === undefined ? "" : entityNames(views[0].view)) &&
	view.joinKeys.every(({ name }, index) => keys[index]?.column.name === name);

const entityNames = ({ entities }: ViewVersion): string => entities.map(({ definition }) => definition.name).join(" ");

/** The same in every process, and for as long as the definitions are the same. */
function* suffixes(version: number): Generator<string, never> {
	yield `V${version}`;
	for (let suffix = `Version${version}`; ; suffix += "_") yield suffix;
}

function oldVersion(
	prefix: string,
	view: ViewVersion,
	snapshot: RegistrySnapshot,
	isFree: (named: FaceView) => boolean,
): FaceView {
	const { name } = view.definition;
	const { online = null, current = null } = snapshot.views.get(name) ?? {};
	const now = online ?? current;
	const instead = now === null ? "it was deleted" : `version ${now.version} is \`${faceView(prefix, now).fieldName}\``;
	const why =
		now !== null && view.version > now.version
			? "which takes its place once it has values"
			: "which a feature service still reads";
	const usual = faceView(prefix, view, `V${view.version}`);
	const names = suffixes(view.version);
	let named = usual;
	while (!isFree(named)) named = faceView(prefix, view, names.next().value);
	const renamed = named.fieldName === usual.fieldName ? "" : ` Another view has the name \`${usual.fieldName}\`.`;
	return {
		...named,
		isFrozen: true,
		deprecated: `Version ${view.version} of ${name}, ${why}; ${instead}.${renamed}`,
	};
}
