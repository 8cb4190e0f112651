#!/usr/bin/env node
import { Command } from "commander";
import { alertsCommand } from "./commands/alerts.ts";
import { applyCommand } from "./commands/apply.ts";
import { codegenCommand } from "./commands/codegen.ts";
import { describeCommand } from "./commands/describe.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { explainCommand } from "./commands/explain.ts";
import { gatewayCommand } from "./commands/gateway.ts";
import { historicalCommand } from "./commands/historical.ts";
import { initCommand } from "./commands/init.ts";
import { listCommand } from "./commands/list.ts";
import { materializeCommand } from "./commands/materialize.ts";
import { onlineCommand } from "./commands/online.ts";
import { planCommand } from "./commands/plan.ts";
import { provenanceCommand } from "./commands/provenance.ts";
import { pushCommand } from "./commands/push.ts";
import { searchCommand } from "./commands/search.ts";
import { trainingSetCommand } from "./commands/training-set.ts";
import { validateCommand } from "./commands/validate.ts";
import { exitCodes } from "./exit-codes.ts";
import { reportFailure } from "./output/failure.ts";

const program = new Command("featuregraph")
	.description("Speaks to a Featuregraph gateway: definitions, values, training sets, alerts.")
	.option("--url <url>", "the gateway", process.env["FEATUREGRAPH_URL"] ?? "http://127.0.0.1:4000")
	.option("--token <token>", "an access token (or FEATUREGRAPH_TOKEN)")
	.option("--project <name>", "the project", "default")
	.option("--json", "machine-readable output on stdout", false)
	.showHelpAfterError("(--help shows what there is)")
	.configureHelp({ sortSubcommands: false })
	.addHelpText(
		"after",
		`
Data goes to stdout, progress and messages to stderr. NO_COLOR is respected.
Exit codes: ${exitCodes.success} done, ${exitCodes.failure} failed, ${exitCodes.changes} \`plan --exit-code\` found changes.`,
	);

for (const command of [
	initCommand,
	validateCommand,
	planCommand,
	applyCommand,
	listCommand,
	describeCommand,
	searchCommand,
	materializeCommand,
	pushCommand,
	onlineCommand,
	historicalCommand,
	trainingSetCommand,
	provenanceCommand,
	alertsCommand,
	explainCommand,
	codegenCommand,
	gatewayCommand,
	doctorCommand,
]) {
	program.addCommand(command());
}

try {
	await program.parseAsync();
} catch (error) {
	process.exitCode = reportFailure(error, program.opts<{ json: boolean }>().json);
}
