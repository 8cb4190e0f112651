/**
 * Parts of a training set: by time, or by a hash of entities. What is recorded of them makes the same parts of the same
 * rows whenever they are made. Times are microseconds as text, since definitions are stored as JSON.
 */
import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import { nearestNames } from "../errors/nearest.ts";
import type { Column } from "../values/type.ts";
import type { Micros } from "../values/value.ts";

export type SplitDefinition = TimeSplits | EntitySplits;

/** Part i has the rows from cut i - 1 on and before cut i: rows of one instant never part. */
export interface TimeSplits {
	readonly kind: "time";
	readonly parts: readonly string[];
	/** One fewer than the parts, ascending. */
	readonly cuts: readonly string[];
	/** Rows so close before a cut are in no part: what their labels tell may lie behind it. */
	readonly gapMicros: string;
}

/** A row's part follows from these columns of it and the salt alone: an entity is in one part, in every training set. */
export interface EntitySplits {
	readonly kind: "entity";
	/** Shares add up to 1 at most; what is left over is in no part. */
	readonly parts: readonly { readonly name: string; readonly share: number }[];
	readonly columns: readonly string[];
	readonly salt: string;
}

/** As a request gives them. */
export type SplitInput =
	| {
			readonly kind: "time";
			readonly parts: readonly string[];
			readonly cuts: readonly Micros[];
			readonly gapSeconds: number;
	  }
	| {
			readonly kind: "entity";
			readonly parts: EntitySplits["parts"];
			/** Null: all join keys. */
			readonly columns: readonly string[] | null;
			readonly salt: string;
	  };

const mostParts = 20;
const mostSaltChars = 200;
const partName = /^[a-z][a-z0-9_]{0,49}$/;
/** Shares such as a tenth do not add up exactly. */
const rounding = 1e-9;

/** Checks what a request says. BAD_USER_INPUT. */
export function resolveSplits(input: SplitInput, joinKeys: readonly Pick<Column, "name">[]): SplitDefinition {
	const names = input.kind === "time" ? input.parts : input.parts.map(({ name }) => name);
	if (names.length === 0 || names.length > mostParts)
		throw bad(`there are ${names.length} parts; give 1 to ${mostParts}`);
	for (const [index, name] of names.entries()) {
		if (!partName.test(name)) throw bad(`"${name.slice(0, 60)}" is no name of a part; it is like \`train\``, name);
		if (names.indexOf(name) !== index) throw bad(`two parts are named "${name}"`, name);
	}
	return input.kind === "time" ? timeSplits(input) : entitySplits(input, joinKeys);
}

function timeSplits({ parts, cuts, gapSeconds }: Extract<SplitInput, { kind: "time" }>): TimeSplits {
	if (cuts.length !== parts.length - 1) {
		throw bad(`${parts.length} parts need ${parts.length - 1} cuts between them, not ${cuts.length}`);
	}
	for (const [index, cut] of cuts.entries()) {
		if (index > 0 && cut <= (cuts[index - 1] ?? cut)) throw bad("each cut lies behind the one before");
	}
	if (!Number.isFinite(gapSeconds) || gapSeconds < 0) throw bad("`gapSeconds` is not negative");
	return { kind: "time", parts, cuts: cuts.map(String), gapMicros: String(Math.round(gapSeconds * 1_000_000)) };
}

function entitySplits(
	{ parts, columns, salt }: Extract<SplitInput, { kind: "entity" }>,
	joinKeys: readonly Pick<Column, "name">[],
): EntitySplits {
	const unusable = parts.find(({ share }) => !(share > 0 && share <= 1));
	if (unusable !== undefined) throw bad(`the share of "${unusable.name}" is not between 0 and 1`, unusable.name);
	if (parts.reduce((sum, { share }) => sum + share, 0) > 1 + rounding) throw bad("the shares add up to more than 1");
	if (salt.length > mostSaltChars) throw bad(`the salt has more than ${mostSaltChars} characters`);
	const chosen = columns ?? joinKeys.map(({ name }) => name);
	if (chosen.length === 0) throw bad("there is no join key to split by: name `columns`");
	return { kind: "entity", parts, columns: [...new Set(chosen)], salt };
}

/** LABELS_INVALID where a column that entities are told by is none of the labels', or is a list. */
export function requireSplitColumns(definition: SplitDefinition, labels: readonly Column[]): void {
	if (definition.kind === "time") return;
	for (const name of definition.columns) {
		const type = labels.find((column) => column.name === name)?.type;
		if (type !== undefined && !type.isArray) continue;
		throw new FeaturegraphError(
			"LABELS_INVALID",
			type === undefined
				? `The label rows lack the column "${name}", which the splits go by.`
				: `The splits cannot go by the label column "${name}": it holds lists.`,
			{
				path: ["splits", "byEntity", "columns"],
				name,
				nearest: nearestNames(
					name,
					labels.map((column) => column.name),
				),
				hint: "Name label columns in `splits.byEntity.columns`; without them the join keys are meant.",
			},
		);
	}
}

/** Names of the parts, in their order. */
export const partNames = (definition: SplitDefinition): readonly string[] =>
	definition.kind === "time" ? definition.parts : definition.parts.map(({ name }) => name);

const bad = (reason: string, name?: string): FeaturegraphError =>
	new FeaturegraphError("BAD_USER_INPUT", `The splits cannot be made: ${reason}.`, {
		path: ["splits"],
		...(name === undefined ? {} : { name }),
	});
