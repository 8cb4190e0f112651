import { nearestNames } from "../errors/nearest.ts";
import type { Column } from "../values/type.ts";
import { type CheckContext, circleFrom, referTo } from "./check-context.ts";
import type { SourceDefinition } from "./model.ts";
import type { YamlPath } from "./parse-files.ts";

/** Origins that exist and end somewhere, and the columns that a source says it has. */
export function checkSources(context: CheckContext): void {
	for (const source of context.definitions.sources) {
		checkOrigin(context, source);
		checkColumns(context, source);
	}
}

function checkOrigin(context: CheckContext, { name, origin }: SourceDefinition): void {
	if (origin.kind !== "source") return;
	const place = context.entries.sources.get(name)?.placeOf(["from"]);
	if (place === undefined || referTo(context, "sources", origin.source, `The source "${name}"`, place) === null) return;
	const circle = circleFrom(name, (at) => {
		const next = context.byName.sources.get(at)?.origin;
		return next?.kind === "source" ? [next.source] : [];
	});
	if (circle === null) return;
	context.errors.push({
		code: "CYCLIC_REFERENCE",
		message: `The source "${name}" reads itself: ${circle.join(" -> ")}.`,
		name,
		nearest: [],
		hint: "Let one of them read a file, a table or pushes.",
		...place,
	});
}

function checkColumns({ entries, errors }: CheckContext, source: SourceDefinition): void {
	const { name, origin, columns } = source;
	const entry = entries.sources.get(name);
	if (entry === undefined) return;
	if (columns === null) {
		if (origin.kind !== "push") return;
		errors.push({
			code: "DEFINITION_INVALID",
			message: `The push source "${name}" does not declare its columns.`,
			name: "columns",
			nearest: [],
			hint: "List all columns that pushed rows have, the time columns among them: `columns: { … }`.",
			...entry.placeOf(["push"], "key"),
		});
		return;
	}
	// Behind a query there may be other columns than the origin's.
	if (origin.kind !== "push" && source.query !== null) return;
	for (const { column, path, time } of usedColumns(source)) {
		const declared = columns.find((candidate) => candidate.name === column);
		if (declared === undefined) {
			errors.push({
				code: "UNKNOWN_COLUMN",
				message: `The source "${name}" declares no column "${column}".`,
				name: column,
				nearest: nearestNames(
					column,
					columns.map((candidate) => candidate.name),
				),
				hint: `Add it to \`columns\`${time ? " as a timestamp" : ""}.`,
				...entry.placeOf(path),
			});
		} else if (time && !isTimestamp(declared)) {
			errors.push({
				code: "INVALID_TYPE",
				message: `The time column "${column}" of the source "${name}" is no timestamp.`,
				name: column,
				nearest: ["timestamp"],
				hint: `Declare it as \`${column}: timestamp\`.`,
				...entry.placeOf(["columns", column]),
			});
		}
	}
}

const isTimestamp = ({ type }: Column): boolean => type.scalar === "TIMESTAMP" && !type.isArray;

/** The columns that a source names by their role, and where it does. */
export function usedColumns({
	eventTime,
	createdTime,
	availableTime,
	tieBreak,
}: SourceDefinition): { readonly column: string; readonly path: YamlPath; readonly time: boolean }[] {
	const used: { column: string; path: YamlPath; time: boolean }[] = [
		{ column: eventTime, path: ["eventTime"], time: true },
	];
	if (createdTime !== null) used.push({ column: createdTime, path: ["createdTime"], time: true });
	if (availableTime?.kind === "column") {
		used.push({ column: availableTime.column, path: ["availableTime"], time: true });
	}
	for (const [index, column] of tieBreak.entries()) used.push({ column, path: ["tieBreak", index], time: false });
	return used;
}
