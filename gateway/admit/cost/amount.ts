/** The variables of a request: those of its operation alone, defaults filled in. */
export type Variables = Readonly<Record<string, unknown>>;

/** A part of a cost: known with the document, or with the variables. */
export type Amount = number | ((variables: Variables) => number);

export const amountOf = (amount: Amount, variables: Variables): number =>
	typeof amount === "number" ? amount : amount(variables);

export function sum(amounts: readonly Amount[]): Amount {
	let known = 0;
	const open: ((variables: Variables) => number)[] = [];
	for (const amount of amounts) {
		if (typeof amount === "number") known += amount;
		else open.push(amount);
	}
	if (open.length === 0) return known;
	return (variables) => open.reduce((total, amount) => total + amount(variables), known);
}
