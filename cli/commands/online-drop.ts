import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { connectionOf } from "../client/connection.ts";
import { request } from "../client/graphql.ts";
import { RequestFailed, refuseUserErrors, type ServerError, userErrorFields } from "../client/request-failed.ts";
import { printJson, printMessage } from "../output/data.ts";

export const onlineDropCommand = () =>
	new Command("drop")
		.description("Forgets all online values of the project; `materialize` brings them back.")
		.option("-y, --yes", "do not ask", false)
		.action(async ({ yes }: { readonly yes: boolean }, command: Command) => {
			const connection = connectionOf(command);
			const { project } = connection;
			if (!yes && !(await confirm(project))) {
				printMessage("Nothing was dropped.");
				return;
			}
			const { dropOnlineValues } = await request<{
				dropOnlineValues: { dropped: string | null; userErrors: ServerError[] };
			}>(
				connection,
				`mutation Drop($project: String!) { dropOnlineValues(project: $project) { dropped ${userErrorFields} } }`,
				{ project },
			);
			refuseUserErrors(dropOnlineValues.userErrors);
			if (connection.json) printJson({ project, dropped: dropOnlineValues.dropped });
			else process.stdout.write(`Dropped: ${dropOnlineValues.dropped} online values of ${project}.\n`);
		});

async function confirm(project: string): Promise<boolean> {
	if (!process.stdin.isTTY) {
		throw new RequestFailed([
			{
				code: "BAD_USER_INPUT",
				message: `All online values of the project "${project}" would be dropped, and nobody can be asked.`,
				hint: "Give --yes.",
			},
		]);
	}
	const prompt = createInterface({ input: process.stdin, output: process.stderr });
	try {
		const question = `Drop all online values of the project "${project}"? [y/N] `;
		return /^y(es)?$/i.test((await prompt.question(question)).trim());
	} finally {
		prompt.close();
	}
}
