import { type Amount, amountOf, type Variables } from "./amount.ts";

/** A field of an operation: `once + size × (each + children)`, unless a condition leaves it out. */
export interface CostNode {
	/** In the response, by dots, lists left out. */
	readonly path: string;
	readonly conditions: readonly ((variables: Variables) => boolean)[];
	/** For its arguments. */
	readonly once: Amount;
	/** For the field itself, as often as it is there. */
	readonly each: number;
	/** How many of it there are. */
	readonly size: Amount;
	readonly children: readonly CostNode[];
}

/** A tree folded as far as the document alone tells: most of an operation is a number. */
export function foldCost(nodes: readonly CostNode[]): Amount {
	let known = 0;
	const open: ((variables: Variables) => number)[] = [];
	for (const node of nodes) {
		const amount = foldNode(node);
		if (typeof amount === "number") known += amount;
		else open.push(amount);
	}
	if (open.length === 0) return known;
	return (variables) => {
		let total = known;
		for (const amount of open) total += amount(variables);
		return total;
	};
}

function foldNode({ conditions, once, each, size, children }: CostNode): Amount {
	const below = foldCost(children);
	const open = [once, size, below].some((amount) => typeof amount === "function");
	const cost = (variables: Variables): number => {
		const inner = each + amountOf(below, variables);
		// What costs nothing does so however many there are.
		return amountOf(once, variables) + (inner === 0 ? 0 : amountOf(size, variables) * inner);
	};
	if (conditions.length > 0) {
		return (variables) => (conditions.every((holds) => holds(variables)) ? cost(variables) : 0);
	}
	return open ? cost : cost({});
}

/** The field that costs most by itself, all of its occurrences together. */
export function costliestField(nodes: readonly CostNode[], variables: Variables): string | null {
	let most = 0;
	let costliest: string | null = null;
	const walk = (node: CostNode, times: number): void => {
		if (!node.conditions.every((holds) => holds(variables))) return;
		const size = amountOf(node.size, variables);
		const cost = times * (amountOf(node.once, variables) + size * node.each);
		if (cost > most) {
			most = cost;
			costliest = node.path;
		}
		for (const child of node.children) walk(child, times * size);
	};
	for (const node of nodes) walk(node, 1);
	return costliest;
}
