import { createHash } from "node:crypto";
import type { Principal } from "../../core/ports/principal.ts";
import type { OverrideLabels } from "./messages.ts";

/** Which of the labelled `@override`s are on for an operation. */
export interface Override {
	/** Custom labels that are on. */
	readonly labels: readonly string[];
	/** Stands for all percentages that lie between the same two `percent(n)`. */
	readonly percentage: number;
	/** Equal where the same are on; part of the key of a plan. */
	readonly key: string;
}

/**
 * Decides the labels of one supergraph: the custom ones by configuration, `percent(n)` by principal. A principal has one
 * percentage, from its id, the same in every gateway and for every label: who gets `percent(5)` gets `percent(20)`, and stays with it
 * when n grows. All that is asked without a credential is asked by one principal, and goes one way.
 */
export function createOverrides(
	{ labels, percentages }: OverrideLabels,
	activeLabels: readonly string[],
): (principal: Principal) => Override {
	const on = labels.filter((label) => activeLabels.includes(label)).sort();
	const steps = [...new Set([0, ...percentages])].sort((a, b) => a - b);
	const overrides = steps.map((percentage, step): Override => {
		// The labels are those of the graph, one choice of them for all its plans.
		return { labels: on, percentage, key: String(step) };
	});
	const [first = { labels: on, percentage: 0, key: "0" }] = overrides;
	if (overrides.length === 1) return () => first;
	return ({ id }) => {
		const percentage = percentageOf(id);
		return overrides.findLast((override) => override.percentage <= percentage) ?? first;
	};
}

/** What `percent(n)` and a custom label say of a field, where these overrides are on. */
export const isLabelOn =
	({ labels, percentage }: Pick<Override, "labels" | "percentage">) =>
	(label: string): boolean => {
		const percent = /^percent\((.+)\)$/.exec(label)?.[1];
		return percent === undefined ? labels.includes(label) : percentage < Number(percent);
	};

/** From 0 to below 100, evenly spread over ids. */
export function percentageOf(id: string): number {
	const hash = createHash("sha256").update(`override ${id}`).digest();
	return (hash.readUIntBE(0, 6) / 2 ** 48) * 100;
}
