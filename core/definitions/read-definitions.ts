/** From definition files to definitions, with everything that is wrong told at its place. */
import type { RegistrySnapshot } from "../registry/snapshot.ts";
import { buildDefinitions } from "./build.ts";
import { type CheckContext, type CheckExpression, checkContext } from "./check-context.ts";
import { checkExpressions } from "./check-expressions.ts";
import { checkGraphqlNames } from "./check-graphql-names.ts";
import { checkPartialViews } from "./check-partial.ts";
import { checkServices } from "./check-services.ts";
import { checkSources } from "./check-sources.ts";
import { checkViews } from "./check-views.ts";
import type { DefinitionError } from "./definition-error.ts";
import { collectEntries, type Entries } from "./entries.ts";
import { type DefinitionFile, parseFiles } from "./parse-files.ts";
import type { FoundTransforms } from "./transform.ts";

export interface ReadFiles {
	/** The project that the files name; null: none. */
	readonly project: string | null;
	readonly entries: Entries;
	readonly errors: readonly DefinitionError[];
}

/** Reads the files and the shape of every definition in them. */
export function readFiles(files: readonly DefinitionFile[]): ReadFiles {
	const { files: parsed, errors: syntax } = parseFiles(files);
	const errors = [...syntax];
	const { entries, project } = collectEntries(parsed, errors);
	return { project, entries, errors };
}

export interface CheckOptions {
	readonly project: string;
	/** The registry as it is now: versions that a reference may name. Null: empty. */
	readonly snapshot: RegistrySnapshot | null;
	readonly checkExpression: CheckExpression;
	/** The functions that the definitions name. */
	readonly transforms: FoundTransforms;
	/** Types that the graph has without the entities. */
	readonly reservedTypeNames: ReadonlySet<string>;
}

/** Resolves what the definitions say of one another. They may be used when `errors` is empty. */
export function checkDefinitions({ entries, errors: found }: ReadFiles, options: CheckOptions): CheckContext {
	const errors = [...found];
	const definitions = buildDefinitions(options.project, entries, options.transforms, errors);
	const context = checkContext(definitions, entries, options.snapshot, errors);
	checkSources(context);
	checkExpressions(context, options.checkExpression);
	checkViews(context, options.checkExpression);
	checkPartialViews(context);
	checkServices(context);
	checkGraphqlNames(context, options.reservedTypeNames);
	return context;
}

/** In the order of files, lines and columns: as one reads them. */
export function inReadingOrder(errors: readonly DefinitionError[]): DefinitionError[] {
	return [...errors].sort(
		(a, b) =>
			(a.file ?? "").localeCompare(b.file ?? "") || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
	);
}
