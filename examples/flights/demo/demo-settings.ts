import { parseArgs } from "node:util";
import type { Configuration } from "../../../app/configuration/configuration.ts";
import { loadConfiguration } from "../../../app/configuration/load-configuration.ts";
import { RequestFailed } from "../../../cli/client/request-failed.ts";

export interface DemoSettings {
	readonly configuration: Configuration;
	/** Whether the demo ends when it is done. */
	readonly exit: boolean;
}

// The demo's own clock settings: freshness is looked at every second and has little grace, so that nobody has to wait.
const clock = { FEATUREGRAPH_FRESHNESS_INTERVAL_SECONDS: "1", FEATUREGRAPH_FRESHNESS_GRACE_SECONDS: "2" };

/** What the command line and the environment say. All of it is checked before the demo begins. */
export function readSettings(args: readonly string[]): DemoSettings {
	const { exit, config } = optionsOf(args);
	const environment = { ...clock, LOG_LEVEL: "warn", ...process.env };
	return { configuration: loadConfiguration(environment, process.cwd(), config), exit };
}

function optionsOf(args: readonly string[]) {
	try {
		return parseArgs({
			args: [...args],
			options: { exit: { type: "boolean", default: false }, config: { type: "string" } },
		}).values;
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		const hint = "The demo takes `--config FILE` (settings) and `--exit` (end when it is done).";
		throw new RequestFailed([{ code: "CONFIGURATION_INVALID", message, hint }]);
	}
}
