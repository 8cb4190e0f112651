/** An error as the gateway says it, in `errors`, `userErrors` or `rowErrors`. */
export interface FeaturegraphErrorFields {
	readonly code: string;
	readonly message: string;
	readonly name?: string | null;
	readonly nearest?: readonly string[] | null;
	readonly hint?: string | null;
	readonly path?: readonly (string | number)[] | null;
	/** The row that it is about, from 0. */
	readonly index?: number | null;
}

/** The gateway refused, or did not answer: what is wrong, with the nearest valid names and the next step. */
export class FeaturegraphClientError extends Error {
	override readonly name = "FeaturegraphClientError";
	/** The first error's. Codes never change their meaning: see docs/errors.md. */
	readonly code: string;
	readonly errors: readonly FeaturegraphErrorFields[];

	constructor(errors: readonly [FeaturegraphErrorFields, ...FeaturegraphErrorFields[]], options?: ErrorOptions) {
		super(errors.map(describe).join("\n"), options);
		this.code = errors[0].code;
		this.errors = errors;
	}
}

function describe({ code, message, nearest, hint }: FeaturegraphErrorFields): string {
	const lines = [`${message} (${code})`];
	if (nearest != null && nearest.length > 0) lines.push(`Nearest: ${nearest.join(", ")}`);
	if (hint != null) lines.push(hint);
	return lines.join("\n");
}

/** Throws where there are errors. */
export function refuse(errors: readonly FeaturegraphErrorFields[] | null | undefined): void {
	const [first, ...others] = errors ?? [];
	if (first !== undefined) throw new FeaturegraphClientError([first, ...others]);
}
