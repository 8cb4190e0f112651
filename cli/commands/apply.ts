import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { type Connection, connectionOf } from "../client/connection.ts";
import { RequestFailed } from "../client/request-failed.ts";
import { type DefinitionFile, readDefinitionFiles } from "../input/definition-files.ts";
import { requestApply, requestPlan } from "../operations/definitions.ts";
import { printJson, printMessage } from "../output/data.ts";
import { formatPlan } from "../output/plan.ts";
import type { SavedPlan } from "./plan.ts";

interface ApplyOptions {
	readonly yes: boolean;
	readonly allowDelete: boolean;
	readonly force: boolean;
}

export const applyCommand = () =>
	new Command("apply")
		.description("Makes the registry what the files say, all or nothing.")
		.argument("[folder]", "the definition files, or a plan saved by `plan --out`", ".")
		.option("-y, --yes", "do not ask", false)
		.option("--allow-delete", "let the plan delete what the files no longer have", false)
		.option("--force", "also where trusted documents of clients would break", false)
		.action(async (folder: string, options: ApplyOptions, command: Command) => {
			const connection = connectionOf(command);
			const saved = folder.endsWith(".json") ? await readSavedPlan(folder) : undefined;
			const files = saved?.files ?? (await readDefinitionFiles(folder));
			const target = saved === undefined ? connection : { ...connection, project: saved.project };
			const planHash = saved?.planHash ?? (await confirmPlan(target, files, options.yes));
			if (planHash === undefined) {
				printMessage("Nothing was applied.");
				return;
			}
			const applied = await requestApply(target, files, { ...options, planHash });
			if (connection.json) printJson(applied);
			else process.stdout.write(`Applied: registry version ${applied.registryVersion}.\n`);
		});

async function confirmPlan(
	connection: Connection,
	files: readonly DefinitionFile[],
	yes: boolean,
): Promise<string | undefined> {
	const plan = await requestPlan(connection, files);
	if (!connection.json) printMessage(formatPlan(plan));
	if (yes || connection.json || plan.changes.length === 0 || !process.stdin.isTTY) return plan.hash;
	const prompt = createInterface({ input: process.stdin, output: process.stderr });
	try {
		return /^y(es)?$/i.test((await prompt.question("Apply? [y/N] ")).trim()) ? plan.hash : undefined;
	} finally {
		prompt.close();
	}
}

async function readSavedPlan(path: string): Promise<SavedPlan> {
	const saved = parsed(await readFile(path, "utf8"));
	if (isSavedPlan(saved)) return saved;
	throw new RequestFailed([
		{
			code: "UNREADABLE_FILE",
			message: `${path} is not a saved plan.`,
			hint: "`featuregraph plan --out FILE` saves one.",
		},
	]);
}

function parsed(content: string): unknown {
	try {
		return JSON.parse(content);
	} catch {
		return null;
	}
}

function isSavedPlan(value: unknown): value is SavedPlan {
	return typeof value === "object" && value !== null && "planHash" in value && "files" in value && "project" in value;
}
