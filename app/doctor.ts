/** `featuregraph doctor`: the configuration as it would be in force here, and whether everything it names answers. */
import { access, constants, mkdir } from "node:fs/promises";
import type { Configuration } from "./configuration/configuration.ts";
import { describeConfiguration } from "./configuration/describe-configuration.ts";
import { loadConfiguration } from "./configuration/load-configuration.ts";
import { type Check, checkConnections } from "./doctor/checks.ts";
import { printStartupFailure } from "./startup-failure.ts";

const json = process.argv.includes("--json");

try {
	const configuration = loadConfiguration(process.env);
	const settings = describeConfiguration(configuration);
	const checks = [await checkHome(configuration), ...(await checkConnections(configuration))];
	if (json) process.stdout.write(`${JSON.stringify({ settings, checks }, null, 2)}\n`);
	else {
		const width = Math.max(...settings.map(({ name }) => name.length));
		for (const { name, value } of settings) process.stdout.write(`${name.padEnd(width)}  ${value}\n`);
		process.stdout.write("\n");
		for (const check of checks)
			process.stdout.write(`${check.ok ? "ok     " : "PROBLEM"}  ${check.name}: ${check.detail}\n`);
	}
	process.exitCode = checks.every(({ ok }) => ok) ? 0 : 1;
} catch (error) {
	printStartupFailure(error);
	process.exitCode = 1;
}

async function checkHome({ home }: Configuration): Promise<Check> {
	try {
		await mkdir(home, { recursive: true });
		await access(home, constants.R_OK | constants.W_OK);
		return { name: "data folder", ok: true, detail: home };
	} catch (error) {
		return {
			name: "data folder",
			ok: false,
			detail: `${home}: ${error instanceof Error ? error.message : "not usable"}`,
		};
	}
}
