import type { CheckContext } from "./check-context.ts";
import type { BatchViewDefinition, SourceDefinition } from "./model.ts";
import type { YamlPath } from "./parse-files.ts";

/**
 * `partial: true`: the log of a push source fills its rows up, one order of rows and one set of keys for all that read
 * them. So the rows come from a push source as they are, and its views agree on what a key and a partial feature are.
 */
export function checkPartialViews(context: CheckContext): void {
	for (const view of context.definitions.views) {
		if (view.viewKind !== "BATCH" || !view.partial) continue;
		const source = context.byName.sources.get(view.source);
		if (source === undefined) continue;
		const reason = whyWhole(view, source);
		if (reason !== null) {
			refuse(context, view, ["partial"], `The view "${view.name}" is \`partial\`, and ${reason.message}`, reason.hint);
			continue;
		}
		checkOrder(context, view, source);
		for (const other of context.definitions.views) if (other !== view) checkOther(context, view, other);
	}
}

/** Why nothing could fill up what a row of the view leaves out. */
function whyWhole(view: BatchViewDefinition, source: SourceDefinition): { message: string; hint: string } | null {
	if (source.origin.kind !== "push") {
		return {
			message: `the rows of "${source.name}" are not pushed: they are whole, what one leaves out is null.`,
			hint: "Leave `partial` out; or push the rows, into a source with `push: {}`.",
		};
	}
	if (source.query === null && view.transformation === null) return null;
	return {
		message: "SQL makes its rows: they are whole, what a pushed row leaves out is null there.",
		hint: "Leave `partial` out, or the SQL: a column of the source may have an expression, `{ type: …, expression: … }`.",
	};
}

function checkOrder(context: CheckContext, view: BatchViewDefinition, source: SourceDefinition): void {
	const { availableTime, eventTime, createdTime, tieBreak } = source;
	if (availableTime?.kind === "column") {
		refuse(
			context,
			view,
			["partial"],
			`The view "${view.name}" is \`partial\`, and each row of "${source.name}" has an available time of its own: a row that is filled up from another one would have two.`,
			"Give the source `availableTime: { delay: … }`, or leave `partial` out.",
		);
	}
	for (const { name } of view.features) {
		if (name !== eventTime && name !== createdTime && !tieBreak.includes(name)) continue;
		refuse(
			context,
			view,
			["features", name],
			`The feature "${name}" orders the rows of "${source.name}", so that a row of the partial view "${view.name}" cannot do without it.`,
			"Let another column order them, or leave the feature out.",
		);
	}
}

function checkOther(
	context: CheckContext,
	view: BatchViewDefinition,
	other: CheckContext["definitions"]["views"][number],
): void {
	if (other.viewKind !== "BATCH" || other.source !== view.source || other.transformation !== null) return;
	const isOther = (entity: string): boolean => !view.entities.includes(entity);
	if (other.entities.length !== view.entities.length || other.entities.some(isOther)) {
		refuse(
			context,
			view,
			["partial"],
			`The view "${view.name}" is \`partial\`, and "${other.name}" reads the same rows by other keys: a row is filled up with what one key had.`,
			"Give one of them a push source of its own.",
		);
		return;
	}
	const shared = view.features.find(({ name }) => other.features.some((feature) => feature.name === name));
	if (other.partial || shared === undefined) return;
	refuse(
		context,
		view,
		["partial"],
		`The feature "${shared.name}" is \`partial\` in the view "${view.name}", and not in "${other.name}".`,
		"Let both be partial, or none.",
	);
}

function refuse(
	{ entries, errors }: CheckContext,
	view: BatchViewDefinition,
	path: YamlPath,
	message: string,
	hint: string,
): void {
	const entry = entries.views.get(view.name);
	if (entry === undefined) return;
	errors.push({ code: "UNSUPPORTED", message, name: view.name, nearest: [], hint, ...entry.placeOf(path) });
}
