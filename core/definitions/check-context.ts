import { nearestNames } from "../errors/nearest.ts";
import type { RegistrySnapshot } from "../registry/snapshot.ts";
import type { Column, ValueType } from "../values/type.ts";
import type { DefinitionError, Place } from "./definition-error.ts";
import { type Entries, nounOf, type Section } from "./entries.ts";
import type {
	EntityDefinition,
	ProjectDefinitions,
	ServiceDefinition,
	SourceDefinition,
	ViewDefinition,
} from "./model.ts";

/** Compiles the expression of a feature or a column. Throws INVALID_EXPRESSION. */
export type CheckExpression = (
	text: string,
	declarations: {
		readonly request: readonly Column[];
		readonly views: readonly { readonly name: string; readonly features: readonly Column[] }[];
		readonly columns?: readonly Column[];
	},
	type: ValueType,
) => { readonly references: readonly { readonly name: string }[] };

interface Definitions {
	entities: EntityDefinition;
	sources: SourceDefinition;
	views: ViewDefinition;
	services: ServiceDefinition;
}

type ByName = { readonly [S in Section]: ReadonlyMap<string, Definitions[S]> };

/** What every check works with. */
export interface CheckContext {
	readonly definitions: ProjectDefinitions;
	readonly byName: ByName;
	readonly entries: Entries;
	/** The registry as it is before these definitions; null: empty. */
	readonly snapshot: RegistrySnapshot | null;
	readonly errors: DefinitionError[];
}

export function checkContext(
	definitions: ProjectDefinitions,
	entries: Entries,
	snapshot: RegistrySnapshot | null,
	errors: DefinitionError[],
): CheckContext {
	const index = <D extends { readonly name: string }>(list: readonly D[]) =>
		new Map(list.map((item) => [item.name, item]));
	const { entities, sources, views, services } = definitions;
	const byName = { entities: index(entities), sources: index(sources), views: index(views), services: index(services) };
	return { definitions, byName, entries, snapshot, errors };
}

/**
 * The definition that another one refers to. Null when there is none, which is told, or when it has errors of its own,
 * which have been told already.
 */
export function referTo<S extends Section>(
	{ byName, entries, snapshot, errors }: CheckContext,
	section: S,
	name: string,
	by: string,
	place: Place,
): Definitions[S] | null {
	const found = byName[section].get(name);
	if (found !== undefined) return found;
	const known = entries[section] as ReadonlyMap<string, unknown>;
	if (known.has(name)) return null;
	const noun = nounOf[section];
	if (isCurrent(snapshot, section, name)) {
		errors.push({
			code: "STILL_IN_USE",
			message: `${by} still uses the ${noun} "${name}", which these files leave out.`,
			name,
			nearest: nearestNames(name, known.keys()),
			hint: `Keep the ${noun} in the files, or take it out here too.`,
			...place,
		});
		return null;
	}
	errors.push({
		code: "DANGLING_REFERENCE",
		message: `${by} refers to the ${noun} "${name}", which does not exist.`,
		name,
		nearest: nearestNames(name, known.keys()),
		hint: known.size === 0 ? `Define it under \`${section}\`.` : `Define it, or name another ${noun}.`,
		...place,
	});
	return null;
}

function isCurrent(snapshot: RegistrySnapshot | null, section: Section, name: string): boolean {
	const current = snapshot?.[section].get(name)?.current ?? null;
	return current !== null;
}

/** Names in a circle of references, if `start` is in one: `a`, `b`, `a`. */
export function circleFrom(start: string, next: (name: string) => readonly string[]): readonly string[] | null {
	const seen = new Set<string>();
	const walk = (name: string, path: readonly string[]): readonly string[] | null => {
		for (const other of next(name)) {
			if (other === start) return [...path, other];
			if (seen.has(other)) continue;
			seen.add(other);
			const found = walk(other, [...path, other]);
			if (found !== null) return found;
		}
		return null;
	};
	return walk(start, [start]);
}
