/** What zod finds, told as our errors at their places. */
import type { z } from "zod";
import type { ErrorCode } from "../errors/catalogue.ts";
import { nearestNames } from "../errors/nearest.ts";
import type { DefinitionError } from "./definition-error.ts";
import type { ParsedFile, YamlPath } from "./parse-files.ts";
import { typeNames } from "./shapes.ts";

type Issue = z.core.$ZodIssue;

/** `value` is the definition that was checked, which stands at `base` in `file`. */
export function shapeErrors(
	issues: readonly Issue[],
	file: ParsedFile,
	base: YamlPath,
	value: unknown,
): DefinitionError[] {
	return issues.flatMap((issue) => {
		const { issue: told, path } = innermost(issue, []);
		if (told.code === "unrecognized_keys") return unknownFields(told, file, [...base, ...path]);
		return [shapeError(told, file, base, path, value)];
	});
}

/** Of a union, what the branch says that was meant: the one that does not refuse the value as a whole. */
function innermost(issue: Issue, above: YamlPath): { readonly issue: Issue; readonly path: YamlPath } {
	const path = [...above, ...(issue.path as YamlPath)];
	if (issue.code !== "invalid_union") return { issue, path };
	const refuses = (branch: readonly Issue[]) =>
		branch.some(({ code, path: at }) => code === "invalid_type" && at.length === 0);
	const branch = issue.errors.find((candidate) => !refuses(candidate)) ?? issue.errors[0];
	const first = branch?.[0];
	return first === undefined ? { issue, path } : innermost(first, path);
}

function unknownFields(
	issue: Extract<Issue, { code: "unrecognized_keys" }>,
	file: ParsedFile,
	path: YamlPath,
): DefinitionError[] {
	const known = issue.message.split(" ").slice(1);
	return issue.keys.map((key) => ({
		code: "UNKNOWN_FIELD",
		message: `There is no field "${key}" here.`,
		name: key,
		nearest: nearestNames(key, known),
		hint: known.length === 0 ? "Nothing stands here: write {}." : `Fields here: ${known.join(", ")}.`,
		...file.placeOf([...path, key], "key"),
	}));
}

function shapeError(issue: Issue, file: ParsedFile, base: YamlPath, path: YamlPath, value: unknown): DefinitionError {
	const field = path.join(".");
	const place = file.placeOf([...base, ...path]);
	const { found, exists } = valueAt(value, path);
	if (!exists) {
		return {
			code: "DEFINITION_INVALID",
			message: `The field "${field}" is missing.`,
			name: field,
			nearest: [],
			hint: missingHints[String(path.at(-1))] ?? `Add "${path.at(-1)}".`,
			...place,
		};
	}
	const shown = show(found);
	// String() would call the toString of a map, which may be none.
	const name = typeof found === "string" ? found : shown;
	const [word = "", ...rest] = issue.message.split(" ");
	switch (word as ErrorCode) {
		case "INVALID_TYPE":
			return {
				code: "INVALID_TYPE",
				message: `${shown} is not a type.`,
				name,
				nearest: nearestNames(name, typeNames),
				hint: "Types: bool int32 int64 float32 float64 string bytes timestamp date json, and array<…> of all but json.",
				...place,
			};
		case "INVALID_DURATION":
			return {
				code: "INVALID_DURATION",
				message: `${shown} is not a duration.`,
				name,
				nearest: [],
				hint: "Write a whole number and a unit: 30s, 5m, 2h, 7d.",
				...place,
			};
		case "INVALID_NAME":
			return {
				code: "INVALID_NAME",
				message: `${shown} cannot be a GraphQL name.`,
				name,
				nearest: [],
				hint: "Use letters, digits and _, a letter first.",
				...place,
			};
		default:
			return {
				code: "DEFINITION_INVALID",
				message: `"${field}" is ${shown}${expectation(issue, word === "DEFINITION_INVALID" ? rest.join(" ") : "")}.`,
				name: field,
				nearest: [],
				...place,
			};
	}
}

const missingHints: Readonly<Record<string, string>> = {
	eventTime: "Name the column that says when a row was true: `eventTime: …`.",
	joinKeys: "Name the columns that tell one from another: `joinKeys: { id: string }`.",
	type: "Say what it holds: `type: float64`.",
	expression: "A column with a type alone is written short: `total: float64`; a computed one has `expression: …`.",
};

function expectation(issue: Issue, own: string): string {
	if (own !== "") return `, not ${own}`;
	switch (issue.code) {
		case "invalid_type":
			return `, not ${issue.expected === "record" || issue.expected === "object" ? "a map" : `a ${issue.expected}`}`;
		case "too_small":
			return `: too short, at least ${String(issue.minimum)} needed`;
		case "too_big":
			return `: too long, at most ${String(issue.maximum)} allowed`;
		default:
			return `, which cannot be used here: ${issue.message}`;
	}
}

function valueAt(value: unknown, path: YamlPath): { readonly found: unknown; readonly exists: boolean } {
	let found = value;
	for (const step of path) {
		if (typeof found !== "object" || found === null || !Object.hasOwn(found, step))
			return { found: undefined, exists: false };
		found = (found as Record<string | number, unknown>)[step];
	}
	return { found, exists: true };
}

function show(value: unknown): string {
	if (value === null) return "empty";
	if (Array.isArray(value)) return "a list";
	if (typeof value === "object") return "a map";
	const text = JSON.stringify(value);
	return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
