import { parse, print } from "graphql";
import pc from "picocolors";
import type { ExplainedFetch, ExplainedNode, Explanation } from "../client/explain.ts";

/** The plan as a tree: what is asked of whom, one after the other or side by side, and what it took. */
export function formatExplanation({ mode, millis, plan, variables }: Explanation): string {
	const lines = [mode === "plan" ? pc.bold("Plan") : `${pc.bold("Executed")} in ${duration(millis ?? 0)}`];
	if (plan === null) lines.push("  The gateway answers this by itself.");
	else lines.push(...node(plan, ""));
	if (variables !== undefined) lines.push("", `${pc.bold("Variables")} ${JSON.stringify(variables)}`);
	return lines.join("\n");
}

function node(tree: ExplainedNode, indent: string): string[] {
	if (tree.node === "fetch") return fetch(tree, indent);
	const title = tree.node === "sequence" ? "one after the other" : "side by side";
	return [`${indent}${pc.dim(title)}`, ...tree.steps.flatMap((step) => node(step, `${indent}  `))];
}

function fetch({ service, kind, path, operation, fetched }: ExplainedFetch, indent: string): string[] {
	const what = kind === "query" ? "" : ` ${kind}`;
	const where = path === undefined ? "" : ` ${pc.dim("at")} ${path}`;
	return [
		`${indent}${pc.cyan(service)}${what}${where}${fetched === undefined ? "" : `  ${took(fetched)}`}`,
		...pretty(operation).map((line) => pc.dim(`${indent}  │ ${line}`)),
	];
}

function took({
	times,
	millis,
	representations,
	bytes,
	errors,
	unanswered,
}: NonNullable<ExplainedFetch["fetched"]>): string {
	const parts = [pc.yellow(duration(millis))];
	if (times > 1) parts.push(`${times} times`);
	if (representations > 0) parts.push(`${representations} ${representations === 1 ? "entity" : "entities"}`);
	parts.push(`${bytes} bytes`);
	if (errors > 0) parts.push(pc.red(`${errors} ${errors === 1 ? "error" : "errors"}`));
	if (unanswered > 0) parts.push(pc.red("no answer"));
	return parts.join(", ");
}

const duration = (millis: number): string => `${millis < 10 ? millis.toFixed(2) : Math.round(millis)} ms`;

function pretty(operation: string): string[] {
	try {
		return print(parse(operation)).split("\n");
	} catch {
		return [operation];
	}
}
