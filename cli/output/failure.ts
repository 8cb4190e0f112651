import pc from "picocolors";
import { RequestFailed, type ServerError } from "../client/request-failed.ts";
import { exitCodes } from "../exit-codes.ts";

/** Tells an error on stderr (as JSON on stdout with --json) and returns the exit code. */
export function reportFailure(error: unknown, json: boolean): number {
	const errors = error instanceof RequestFailed ? error.errors : [ofUnexpected(error)];
	if (json) process.stdout.write(`${JSON.stringify({ errors })}\n`);
	else for (const each of errors) process.stderr.write(`${formatServerError(each)}\n`);
	return exitCodes.failure;
}

/** `file:3:5 error message (CODE)`, then the nearest names and the next step on lines of their own. */
export function formatServerError(error: ServerError): string {
	const place = placeOf(error);
	const lines = [
		`${place === "" ? "" : `${pc.bold(place)} `}${pc.red("error")} ${error.message} ${pc.dim(`(${error.code})`)}`,
	];
	const nearest = error.nearest ?? [];
	if (nearest.length > 0) lines.push(`  did you mean ${nearest.map((name) => pc.green(name)).join(", ")}?`);
	if (error.hint !== undefined && error.hint !== null) lines.push(`  ${pc.dim(inWordsOfHere(error.hint))}`);
	return lines.join("\n");
}

/** The gateway's hints name arguments of the API. */
const inWordsOfHere = (hint: string): string => hint.replaceAll(/`?\bfullFeatureNames\b`?/g, "--full-names");

function placeOf({ file, line, column, index }: ServerError): string {
	if (file !== undefined && file !== null) {
		return [file, line, column].filter((part) => part !== undefined && part !== null).join(":");
	}
	return index === undefined || index === null ? "" : `row ${index}:`;
}

/** What the system says of a file that cannot be read or written. */
const fileProblems: Readonly<Record<string, string>> = {
	ENOENT: "There is no such file.",
	EISDIR: "It is a folder, not a file.",
	ENOTDIR: "It is a file, not a folder.",
	EACCES: "It may not be read or written by this user.",
};

function ofUnexpected(error: unknown): ServerError {
	if (error instanceof Error && "code" in error && "path" in error) {
		const problem = fileProblems[String(error.code)];
		if (problem !== undefined) return { code: "UNREADABLE_FILE", message: `${String(error.path)}: ${problem}` };
	}
	return { code: "CLI_ERROR", message: error instanceof Error ? error.message : String(error) };
}
