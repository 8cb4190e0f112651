import type { CheckContext } from "../../core/definitions/check-context.ts";
import { DefinitionErrors } from "../../core/definitions/definition-error.ts";
import type { ProjectDefinitions } from "../../core/definitions/model.ts";
import { nameError } from "../../core/definitions/names.ts";
import { checkDefinitions, inReadingOrder, type ReadFiles } from "../../core/definitions/read-definitions.ts";
import type { FoundTransforms } from "../../core/definitions/transform.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { compileExpression } from "../../core/expressions/compile-expression.ts";
import type { RegistrySnapshot } from "../../core/registry/snapshot.ts";
import { defaultProject } from "./snapshots.ts";

/** The project that an input is about. Throws BAD_USER_INPUT or INVALID_NAME. */
export function projectOf(asked: string | null, files: ReadFiles): string {
	const named = files.project;
	if (asked !== null && named !== null && asked !== named) {
		throw new FeaturegraphError("BAD_USER_INPUT", `The files are of the project "${named}", not of "${asked}".`, {
			path: ["project"],
			name: asked,
			nearest: [named],
			hint: "Leave one of the two out, or let them agree.",
		});
	}
	const project = asked ?? named ?? defaultProject;
	const problem = nameError("project", project, { file: "", line: 1, column: 1 });
	if (problem === null) return project;
	const { code, message, name, hint } = problem;
	throw new FeaturegraphError(code, message, {
		path: ["project"],
		...(name === undefined ? {} : { name }),
		...(hint === undefined ? {} : { hint }),
	});
}

/** Checks the definitions against one another and the registry, without looking at any data. */
export const checkAgainst = (
	files: ReadFiles,
	project: string,
	snapshot: RegistrySnapshot | null,
	reservedTypeNames: ReadonlySet<string>,
	transforms: FoundTransforms,
): CheckContext =>
	checkDefinitions(files, { project, snapshot, checkExpression: compileExpression, reservedTypeNames, transforms });

/** Throws all that is wrong, in reading order. */
export function usable({ errors, definitions }: CheckContext): ProjectDefinitions {
	if (errors.length > 0) throw new DefinitionErrors(inReadingOrder(errors));
	return definitions;
}
