import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import { nearestNames } from "../errors/nearest.ts";
import { type Column, formatValueType, type ScalarType, sameType } from "../values/type.ts";
import { type CheckContext, type CheckExpression, circleFrom, referTo } from "./check-context.ts";
import { expressionError } from "./expression-place.ts";
import { joinKeysOf, requestColumnsOf } from "./join-keys.ts";
import type { BatchViewDefinition, OnDemandViewDefinition, ViewDefinition } from "./model.ts";

/** References, keys, columns and expressions of the views. */
export function checkViews(context: CheckContext, checkExpression: CheckExpression): void {
	for (const view of context.definitions.views) {
		if (view.viewKind === "BATCH") checkBatchView(context, view);
		else checkOnDemandView(context, view, checkExpression);
		checkJoinKeys(context, view);
	}
}

function checkBatchView(context: CheckContext, view: BatchViewDefinition): void {
	const entry = context.entries.views.get(view.name);
	if (entry === undefined) return;
	const by = `The view "${view.name}"`;
	for (const [index, entity] of view.entities.entries()) {
		const place = entry.placeOf(["entities", index]);
		referTo(context, "entities", entity, by, place);
		if (view.entities.indexOf(entity) === index) continue;
		const message = `${by} names the entity "${entity}" twice.`;
		context.errors.push({
			code: "DUPLICATE_NAME",
			message,
			name: entity,
			nearest: [],
			hint: "Name it once.",
			...place,
		});
	}
	const source = referTo(context, "sources", view.source, by, entry.placeOf(["source"]));
	if (source === null) return;
	for (const feature of view.features) {
		if (feature.name !== source.eventTime || feature.type.scalar === "TIMESTAMP") continue;
		context.errors.push({
			code: "INVALID_TYPE",
			message: `The feature "${feature.name}" is the event time of the source, and so a timestamp.`,
			name: feature.name,
			nearest: ["timestamp"],
			hint: "Declare it as a timestamp, or give one of them another name.",
			...entry.placeOf(["features", feature.name]),
		});
	}
	if (view.transformation === null && source.query === null && source.columns !== null) {
		checkViewColumns(context, view, source.columns);
		if (source.origin.kind === "push") checkPushedTypes(context, view, source.columns);
	}
}

/** Conversions that every path makes alike and exactly: what is pushed is read online and offline, by different engines. */
const widenings: Partial<Record<ScalarType, readonly ScalarType[]>> = {
	INT32: ["INT64", "FLOAT64"],
	FLOAT32: ["FLOAT64"],
};

/** Keys and features of the types of the pushed columns, or of wider ones. */
function checkPushedTypes(context: CheckContext, view: BatchViewDefinition, columns: readonly Column[]): void {
	const entry = context.entries.views.get(view.name);
	if (entry === undefined) return;
	const check = ({ name, type }: Column, role: string, path: readonly (string | number)[]): void => {
		const column = columns.find((candidate) => candidate.name === name);
		if (column === undefined || sameType(column.type, type)) return;
		const isWider = !column.type.isArray && !type.isArray && widenings[column.type.scalar]?.includes(type.scalar);
		if (isWider === true) return;
		context.errors.push({
			code: "INVALID_TYPE",
			message: `The view "${view.name}" reads "${name}", ${role}, as ${formatValueType(type)}; it is pushed as ${formatValueType(column.type)}.`,
			name,
			nearest: [formatValueType(column.type)],
			hint: "Declare both alike, or cast it in a transformation.",
			...entry.placeOf(path),
		});
	};
	for (const [index, name] of view.entities.entries()) {
		const joinKeys = context.byName.entities.get(name)?.joinKeys ?? [];
		for (const key of joinKeys) check(key, `the join key of the entity "${name}"`, ["entities", index]);
	}
	for (const { name, type } of view.features) check({ name, type }, "a feature", ["features", name]);
}

/** Whether the rows of a view have its keys and features. `columns`: what they were declared, or found, to have. */
export function checkViewColumns(context: CheckContext, view: BatchViewDefinition, columns: readonly Column[]): void {
	const entry = context.entries.views.get(view.name);
	if (entry === undefined) return;
	const names = columns.map(({ name }) => name);
	const refuse = (column: string, role: string, hint: string, path: readonly (string | number)[]): void => {
		if (names.includes(column)) return;
		context.errors.push({
			code: "UNKNOWN_COLUMN",
			message: `The rows of the view "${view.name}" have no column "${column}", ${role}.`,
			name: column,
			nearest: nearestNames(column, names),
			hint: names.length === 0 ? hint : `${hint} They have: ${names.slice(0, 50).join(", ")}.`,
			...entry.placeOf(path, "key"),
		});
	};
	for (const [index, name] of view.entities.entries()) {
		for (const key of context.byName.entities.get(name)?.joinKeys ?? []) {
			refuse(key.name, `the join key of the entity "${name}"`, "Select it under this name in a query.", [
				"entities",
				index,
			]);
		}
	}
	for (const { name } of view.features) {
		refuse(name, "which is to be a feature", "Select it under this name in a transformation.", ["features", name]);
	}
}

function checkOnDemandView(
	context: CheckContext,
	view: OnDemandViewDefinition,
	checkExpression: CheckExpression,
): void {
	const entry = context.entries.views.get(view.name);
	if (entry === undefined) return;
	const by = `The view "${view.name}"`;
	const inputs: ViewDefinition[] = [];
	for (const [index, name] of view.inputs.views.entries()) {
		const place = entry.placeOf(["inputs", "views", index]);
		const input = referTo(context, "views", name, by, place);
		if (input !== null) inputs.push(input);
		if (view.inputs.views.indexOf(name) === index) continue;
		const message = `${by} names the input "${name}" twice.`;
		context.errors.push({ code: "DUPLICATE_NAME", message, name, nearest: [], hint: "Name it once.", ...place });
	}
	const circle = circleFrom(view.name, (at) => {
		const next = context.byName.views.get(at);
		return next?.viewKind === "ON_DEMAND" ? next.inputs.views : [];
	});
	if (circle !== null) {
		context.errors.push({
			code: "CYCLIC_REFERENCE",
			message: `${by} needs itself: ${circle.join(" -> ")}.`,
			name: view.name,
			nearest: [],
			hint: "Let one of them do without the other.",
			...entry.placeOf(["inputs", "views"]),
		});
	}
	// An input that is missing would be told again by every expression that names it.
	if (inputs.length < view.inputs.views.length) return;
	const views = inputs.map(({ name, features }) => ({ name, features }));
	for (const feature of view.features) {
		// Its transform makes it, or it was told to have none.
		if (feature.expression === null) continue;
		try {
			checkExpression(feature.expression, { request: view.inputs.request, views }, feature.type);
		} catch (error) {
			if (!(error instanceof FeaturegraphError)) throw error;
			context.errors.push(expressionError(error, entry.placeOf(["features", feature.name, "expression"])));
		}
	}
}

/** Two columns of one name must be of one type, and no feature has the name of a key. */
function checkJoinKeys(context: CheckContext, view: ViewDefinition): void {
	const entry = context.entries.views.get(view.name);
	if (entry === undefined) return;
	const byName = new Map<string, Column>();
	const request = view.viewKind === "ON_DEMAND" ? view.inputs.request : [];
	const inputs = view.viewKind === "ON_DEMAND" ? view.inputs.views : [];
	const ofInputs = inputs.flatMap((name) => {
		const input = context.byName.views.get(name);
		return input === undefined ? [] : [...requestColumnsOf(context.byName, input).values()];
	});
	const own = [...joinKeysOf(context.byName, view), ...request];
	for (const column of [...own, ...ofInputs]) {
		const other = byName.get(column.name);
		byName.set(column.name, column);
		if (other === undefined || sameType(other.type, column.type)) continue;
		context.errors.push({
			code: "INVALID_TYPE",
			message: `The view "${view.name}" reads "${column.name}" both as ${formatValueType(other.type)} and as ${formatValueType(column.type)}.`,
			name: column.name,
			nearest: [],
			hint: "Give one of the two another name, or both one type.",
			...entry.placeOf(view.viewKind === "BATCH" ? ["entities"] : ["inputs"]),
		});
	}
	for (const { name } of view.features) {
		if (!own.some((column) => column.name === name)) continue;
		context.errors.push({
			code: "DUPLICATE_NAME",
			message: `"${name}" is both a feature and ${request.some((column) => column.name === name) ? "a request value" : "a join key"} of the view "${view.name}".`,
			name,
			nearest: [],
			hint: "Give the feature another name.",
			...entry.placeOf(["features", name], "key"),
		});
	}
}
