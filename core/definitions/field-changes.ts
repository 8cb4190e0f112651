import type { FieldChange } from "../registry/plan.ts";
import { canonicalJson } from "../values/canonical-json.ts";
import type { Definition } from "./model.ts";
import { writtenForm } from "./written-form.ts";

/** The fields in which two definitions differ, in the words of the files, by path. Null stands for an absent one. */
export function fieldChanges(before: Definition | null, after: Definition | null): FieldChange[] {
	const changes: FieldChange[] = [];
	compare("", before === null ? null : writtenForm(before), after === null ? null : writtenForm(after), changes);
	return changes;
}

function compare(path: string, before: unknown, after: unknown, changes: FieldChange[]): void {
	if (isMap(before) && isMap(after)) {
		for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
			compare(path === "" ? key : `${path}.${key}`, before[key] ?? null, after[key] ?? null, changes);
		}
		return;
	}
	if (path === "") {
		compareWithNothing(before, after, changes);
		return;
	}
	if (canonicalJson(before) !== canonicalJson(after)) changes.push({ path, before, after });
}

/** Of a definition that comes or goes each field is told, the empty ones left out. */
function compareWithNothing(before: unknown, after: unknown, changes: FieldChange[]): void {
	for (const [path, value] of Object.entries((after ?? before ?? {}) as Readonly<Record<string, unknown>>)) {
		if (value === null || (isMap(value) && Object.keys(value).length === 0)) continue;
		changes.push(after === null ? { path, before: value, after: null } : { path, before: null, after: value });
	}
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === "object" && value !== null && !Array.isArray(value);
