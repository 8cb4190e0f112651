import type { QueryPlan } from "@graphql-hive/router-query-planner";
import {
	type FloatValueNode,
	type IntValueNode,
	Kind,
	parse,
	print,
	type StringValueNode,
	type ValueNode,
	visit,
} from "graphql";

const least = -(2n ** 63n);
const most = 2n ** 63n - 1n;
const mark = "wide-literal:";
const markOfText = `${mark}text:`;

const hidden = (value: string): StringValueNode => ({ kind: Kind.STRING, value });

/**
 * Hides from the planner the literals that it cannot hold: it reads integers of 64 bits, and writes great floats as integers of
 * hundreds of digits. They pass it as texts, which `withWideLiterals` takes back; texts that look like these, too.
 */
export const hideWideLiterals = {
	[Kind.INT]({ value }: IntValueNode): StringValueNode | undefined {
		if (value.length < 19) return undefined;
		const integer = BigInt(value);
		return integer >= least && integer <= most ? undefined : hidden(mark + value);
	},
	[Kind.FLOAT]: ({ value }: FloatValueNode): StringValueNode | undefined =>
		Math.abs(Number(value)) > Number.MAX_SAFE_INTEGER ? hidden(mark + value) : undefined,
	[Kind.STRING]: ({ value }: StringValueNode): StringValueNode | undefined =>
		value.startsWith(mark) ? hidden(markOfText + value) : undefined,
};

/** The plan of a text, with the literals that were hidden in it. */
export const withWideLiterals = (plan: QueryPlan, text: string): QueryPlan =>
	text.includes(mark) ? (restored(plan) as QueryPlan) : plan;

function restored(part: unknown): unknown {
	if (Array.isArray(part)) return part.map(restored);
	if (typeof part !== "object" || part === null) return part;
	return Object.fromEntries(
		Object.entries(part).map(([name, value]) => [
			name,
			name === "operation" && typeof value === "string" && value.includes(mark) ? restoredText(value) : restored(value),
		]),
	);
}

const restoredText = (operation: string): string =>
	print(visit(parse(operation, { noLocation: true }), { [Kind.STRING]: restoredLiteral }));

function restoredLiteral({ value }: StringValueNode): ValueNode | undefined {
	if (value.startsWith(markOfText)) return { kind: Kind.STRING, value: value.slice(markOfText.length) };
	if (!value.startsWith(mark)) return undefined;
	const number = value.slice(mark.length);
	return { kind: /^-?\d+$/.test(number) ? Kind.INT : Kind.FLOAT, value: number };
}
