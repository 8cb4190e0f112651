import { parseArgs } from "node:util";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";

/** Arguments of the program: what names its role, and settings, by their names in the environment. */
export interface Arguments {
	readonly words: readonly string[];
	readonly settings: Readonly<Record<string, string>>;
}

export function argumentsOf(args: readonly string[]): Arguments {
	try {
		const { positionals, values } = parseArgs({
			args: [...args],
			allowPositionals: true,
			options: { workers: { type: "string" } },
		});
		return {
			words: positionals,
			settings: values.workers === undefined ? {} : { FEATUREGRAPH_WORKERS: values.workers },
		};
	} catch (error) {
		const message = error instanceof Error ? error.message.split(". ")[0] : String(error);
		throw new FeaturegraphError(
			"CONFIGURATION_INVALID",
			`${message}.`,
			{ name: args.join(" "), hint: "The only option is `--workers N`; all else is set in the environment." },
			{ cause: error },
		);
	}
}
