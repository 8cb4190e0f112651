/** The single definitions of all files, each checked for its shape, under its name. */
import type { z } from "zod";
import { nearestNames } from "../errors/nearest.ts";
import type { DefinitionError, Place } from "./definition-error.ts";
import { nameError } from "./names.ts";
import type { ParsedFile, YamlPath } from "./parse-files.ts";
import { shapeErrors } from "./shape-errors.ts";
import {
	type BatchViewShape,
	batchViewShape,
	type EntityShape,
	entityShape,
	type OnDemandViewShape,
	onDemandViewShape,
	type ServiceShape,
	type SourceShape,
	serviceShape,
	sourceShape,
} from "./shapes.ts";

export const sections = ["entities", "sources", "views", "services"] as const;
export type Section = (typeof sections)[number];

export const nounOf: Record<Section, string> = {
	entities: "entity",
	sources: "source",
	views: "view",
	services: "service",
};

interface Shapes {
	entities: EntityShape;
	sources: SourceShape;
	views: BatchViewShape | OnDemandViewShape;
	services: ServiceShape;
}

export interface Entry<Shape> {
	readonly name: string;
	/** Null: it has errors of its own; others may refer to it all the same. */
	readonly shape: Shape | null;
	/** A path below the definition. */
	placeOf(path?: YamlPath, part?: "key" | "value"): Place;
}

export type Entries = { readonly [S in Section]: ReadonlyMap<string, Entry<Shapes[S]>> };

export function collectEntries(
	files: readonly ParsedFile[],
	errors: DefinitionError[],
): { readonly entries: Entries; readonly project: string | null } {
	const entries = {
		entities: new Map<string, Entry<EntityShape>>(),
		sources: new Map<string, Entry<SourceShape>>(),
		views: new Map<string, Entry<BatchViewShape | OnDemandViewShape>>(),
		services: new Map<string, Entry<ServiceShape>>(),
	};
	let project: string | null = null;
	for (const file of files) {
		for (const [key, value] of Object.entries(file.content)) {
			if (key === "project") {
				project = readProject(file, value, project, errors);
				continue;
			}
			const section = sections.find((candidate) => candidate === key);
			if (section === undefined) {
				const known = ["project", ...sections];
				errors.push({
					code: "UNKNOWN_FIELD",
					message: `There is no section "${key}".`,
					name: key,
					nearest: nearestNames(key, known),
					hint: `Sections: ${known.join(", ")}.`,
					...file.placeOf([key], "key"),
				});
				continue;
			}
			if (value === null) continue;
			if (typeof value !== "object" || Array.isArray(value)) {
				const message = `The section "${key}" is a map from names to definitions.`;
				errors.push({ code: "DEFINITION_INVALID", message, name: key, nearest: [], ...file.placeOf([key], "key") });
				continue;
			}
			for (const [name, definition] of Object.entries(value)) {
				collect(section, name, definition, file, entries[section], errors);
			}
		}
	}
	return { entries, project };
}

function readProject(
	file: ParsedFile,
	value: unknown,
	earlier: string | null,
	errors: DefinitionError[],
): string | null {
	const place = file.placeOf(["project"]);
	if (typeof value !== "string") {
		errors.push({ code: "INVALID_NAME", message: "`project` is a name.", nearest: [], ...place });
		return earlier;
	}
	const problem = nameError("project", value, place);
	if (problem !== null) errors.push(problem);
	if (earlier !== null && earlier !== value) {
		errors.push({
			code: "DEFINITION_INVALID",
			message: `The files name two projects, "${earlier}" and "${value}".`,
			name: value,
			nearest: [earlier],
			hint: "The files of one folder are one project: name it once.",
			...place,
		});
	}
	return earlier ?? value;
}

function collect(
	section: Section,
	name: string,
	definition: unknown,
	file: ParsedFile,
	into: Map<string, Entry<unknown>>,
	errors: DefinitionError[],
): void {
	const base = [section, name];
	const earlier = into.get(name);
	if (earlier !== undefined) {
		const { file: otherFile, line } = earlier.placeOf([], "key");
		errors.push({
			code: "DUPLICATE_NAME",
			message: `The ${nounOf[section]} "${name}" is defined twice: first in ${otherFile}, line ${line}.`,
			name,
			nearest: [],
			hint: "Remove or rename one of them.",
			...file.placeOf(base, "key"),
		});
		return;
	}
	const placeOf: Entry<unknown>["placeOf"] = (path = [], part) =>
		file.placeOf([...base, ...path], path.length === 0 ? "key" : part);
	const refuse = (found: readonly DefinitionError[]): void => {
		errors.push(...found);
		into.set(name, { name, shape: null, placeOf });
	};
	const problem = nameError(nounOf[section], name, file.placeOf(base, "key"));
	if (problem !== null) {
		refuse([problem]);
		return;
	}
	const unserved = unservedPart(section, definition);
	if (unserved !== null) {
		const { message, hint, path } = unserved;
		refuse([{ code: "UNSUPPORTED", message: `${message} ("${name}")`, name, nearest: [], hint, ...placeOf(path) }]);
		return;
	}
	const shape = shapeOf(section, definition);
	if (shape === null) {
		refuse([kindError(name, (definition as { readonly kind: unknown }).kind, placeOf(["kind"]))]);
		return;
	}
	const result = shape.safeParse(definition);
	if (result.success) into.set(name, { name, shape: result.data, placeOf });
	else refuse(shapeErrors(result.error.issues, file, base, definition));
}

/** Null: a view of a kind that there is not. */
function shapeOf(section: Section, definition: unknown): z.ZodType | null {
	if (section === "entities") return entityShape;
	if (section === "sources") return sourceShape;
	if (section === "services") return serviceShape;
	const kind = fieldOf(definition, "kind");
	if (kind === "on-demand") return onDemandViewShape;
	return kind === undefined || kind === "batch" ? batchViewShape : null;
}

function unservedPart(
	section: Section,
	definition: unknown,
): { readonly message: string; readonly hint: string; readonly path: YamlPath } | null {
	if (section === "sources" && fieldOf(definition, "kafka") !== undefined) {
		const hint = "Take the rows in through `push: {}`, or read them from a file or table.";
		return { message: "Kafka sources are not served yet.", hint, path: ["kafka"] };
	}
	if (section === "views" && fieldOf(definition, "kind") === "stream") {
		const hint = "Make it a batch view over a push source: its rows are online as soon as they are pushed.";
		return { message: "Stream views are not served yet.", hint, path: ["kind"] };
	}
	return null;
}

function fieldOf(definition: unknown, field: string): unknown {
	return typeof definition === "object" && definition !== null
		? (definition as Readonly<Record<string, unknown>>)[field]
		: undefined;
}

function kindError(name: string, kind: unknown, place: Place): DefinitionError {
	return {
		code: "DEFINITION_INVALID",
		message: `The view "${name}" has the kind ${JSON.stringify(kind)}, which does not exist.`,
		name: String(kind),
		nearest: nearestNames(String(kind), ["batch", "on-demand"]),
		hint: "Kinds: batch (the default) and on-demand.",
		...place,
	};
}
