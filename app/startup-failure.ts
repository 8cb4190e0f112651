import { FeaturegraphError, FeaturegraphErrors } from "../core/errors/featuregraph-error.ts";
import type { UserError } from "../core/errors/user-error.ts";

/** Tells on stderr why a program did not start: what is to be mended, without a stack where it is the caller's to mend. */
export function printStartupFailure(error: unknown): void {
	const errors = userErrorsOf(error);
	if (errors === undefined) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
	else for (const each of errors) process.stderr.write(`${formatUserError(each)}\n`);
}

function userErrorsOf(error: unknown): readonly UserError[] | undefined {
	if (error instanceof FeaturegraphErrors) return error.errors;
	return error instanceof FeaturegraphError ? [error.toUserError()] : undefined;
}

function formatUserError({ code, message, nearest, hint }: UserError): string {
	const lines = [`error ${message} (${code})`];
	if (nearest.length > 0) lines.push(`  did you mean ${nearest.join(", ")}?`);
	if (hint !== undefined) lines.push(`  ${hint}`);
	return lines.join("\n");
}
