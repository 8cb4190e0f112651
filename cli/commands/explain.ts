import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { parse } from "lossless-json";
import { connectionOf } from "../client/connection.ts";
import { explain } from "../client/explain.ts";
import { type TrainingSetOptions, trainingSetInputOf, withTrainingSetOptions } from "../input/training-set.ts";
import { formatScans, planTrainingSet } from "../operations/training-set-plan.ts";
import { printJson } from "../output/data.ts";
import { formatExplanation } from "../output/explanation.ts";

export const explainCommand = () =>
	new Command("explain")
		.description("Shows how the gateway answers a query: what it asks which subgraph, and what that took.")
		.argument("<file>", "a GraphQL document; - reads stdin")
		.option("--operation <name>", "which operation of the document")
		.option("--variables <json>", "its variables, as JSON or as @file")
		.option("--plan", "only plan it, execute nothing", false)
		.option("--show-variables", "show the values of variables", false)
		.action(
			async (
				file: string,
				options: { operation?: string; variables?: string; plan: boolean; showVariables: boolean },
				command: Command,
			) => {
				const connection = connectionOf(command);
				const explanation = await explain(connection, {
					query: await contentOf(file),
					variables: await variablesOf(options.variables),
					operationName: options.operation ?? null,
					header: `${options.plan ? "plan" : "execute"}${options.showVariables ? "; variables" : ""}`,
				});
				if (connection.json) printJson(explanation);
				else process.stdout.write(`${formatExplanation(explanation)}\n`);
			},
		)
		.addCommand(explainTrainingSetCommand());

const explainTrainingSetCommand = () =>
	withTrainingSetOptions(new Command("training-set"))
		.description("Shows how a training set would be drawn: engines, statements, estimated cost.")
		.action(async (features: string[], options: TrainingSetOptions, command: Command) => {
			const connection = connectionOf(command);
			const scans = await planTrainingSet(connection, await trainingSetInputOf(connection, features, options));
			if (connection.json) printJson(scans);
			else process.stdout.write(`${formatScans(scans)}\n`);
		});

async function contentOf(file: string): Promise<string> {
	if (file !== "-") return readFile(file, "utf8");
	const chunks: Buffer[] = [];
	for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString("utf8");
}

async function variablesOf(given: string | undefined): Promise<Readonly<Record<string, unknown>>> {
	if (given === undefined) return {};
	const text = given.startsWith("@") ? await readFile(given.slice(1), "utf8") : given;
	const variables = jsonOf(text);
	if (typeof variables === "object" && variables !== null && !Array.isArray(variables)) return { ...variables };
	throw new Error(`--variables must be a JSON object, as '{"name": "x"}', or @file.`);
}

/** What is no JSON is undefined. */
function jsonOf(text: string): unknown {
	try {
		return parse(text, undefined, Number);
	} catch {
		return undefined;
	}
}
