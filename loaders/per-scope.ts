/**
 * One of something for each client operation, which hangs on the scope of the operation and goes with it. It is a property there: what a
 * WeakMap holds for a key survives until a full collection, and with it all that the operation has read.
 */
export function perScope<Context extends { readonly scope: object }, T>(
	make: (context: Context) => T,
): (context: Context) => T {
	const own = Symbol("own");
	return (context) => {
		const scope: { [own]?: T } = context.scope;
		const present = scope[own];
		if (present !== undefined) return present;
		const made = make(context);
		scope[own] = made;
		return made;
	};
}
