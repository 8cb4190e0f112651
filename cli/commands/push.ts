import { Command, Option } from "commander";
import { connectionOf } from "../client/connection.ts";
import { request } from "../client/graphql.ts";
import { RequestFailed, refuseUserErrors, type ServerError, userErrorFields } from "../client/request-failed.ts";
import { exitCodes } from "../exit-codes.ts";
import { collect } from "../input/collect.ts";
import { parseRow, type Row, readRows } from "../input/rows.ts";
import { printJson, printMessage } from "../output/data.ts";
import { formatServerError } from "../output/failure.ts";

interface PushPayload {
	readonly accepted: number;
	readonly stale: number;
	readonly rejected: readonly ServerError[];
	readonly warnings: readonly ServerError[];
	readonly userErrors: readonly ServerError[];
}

const rowErrorFields = "code message path index name nearest hint";

export const pushCommand = () =>
	new Command("push")
		.description("Writes rows into a push source or a view, now.")
		.option("--source <name>", "the push source")
		.option("--view <name>", "the view")
		.option("--row <assignments>", "a row, `column=value,…` (may be repeated)", collect, [])
		.option("--file <path>", "rows as a JSON array or NDJSON; `-` is stdin")
		.addOption(new Option("--to <target>", "where to").choices(["online", "offline", "both"]).default("both"))
		.option("--idempotency-key <key>", "a repeated call with this key writes nothing again")
		.action(async (options: PushOptions, command: Command) => {
			const connection = connectionOf(command);
			const rows = [...options.row.map(parseRow), ...(options.file === undefined ? [] : await readRows(options.file))];
			const { push } = await request<{ push: PushPayload }>(
				connection,
				`mutation Push($input: PushInput!) {
					push(input: $input) {
						accepted stale rejected { ${rowErrorFields} } warnings { ${rowErrorFields} } ${userErrorFields}
					}
				}`,
				{
					input: {
						project: connection.project,
						into: targetOf(options),
						rows,
						to: options.to.toUpperCase(),
						idempotencyKey: options.idempotencyKey ?? null,
					},
				},
			);
			refuseUserErrors(push.userErrors);
			if (connection.json) printJson(push);
			else {
				for (const warning of push.warnings) printMessage(formatServerError(warning).replace("error", "warning"));
				for (const rejected of push.rejected) printMessage(formatServerError(rejected));
				process.stdout.write(`${push.accepted} accepted (${push.stale} stale), ${push.rejected.length} rejected\n`);
			}
			if (push.rejected.length > 0) process.exitCode = exitCodes.failure;
		});

interface PushOptions {
	readonly source?: string;
	readonly view?: string;
	readonly row: readonly string[];
	readonly file?: string;
	readonly to: string;
	readonly idempotencyKey?: string;
}

function targetOf({ source, view }: PushOptions): Row {
	if (source !== undefined && view === undefined) return { source };
	if (view !== undefined && source === undefined) return { view };
	throw new RequestFailed([{ code: "BAD_USER_INPUT", message: "Name --source or --view, one of the two." }]);
}
