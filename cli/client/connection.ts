import type { Command } from "commander";

/** Where and as whom a command speaks, from the options that all commands share. */
export interface Connection {
	readonly url: string;
	readonly token: string | undefined;
	readonly project: string;
	readonly json: boolean;
}

/** A command line is readable by other users of the machine, so the environment is the better place for a token. */
export function connectionOf(command: Command): Connection {
	const options = command.optsWithGlobals<{ url: string; token?: string; project: string; json: boolean }>();
	return {
		url: options.url.replace(/\/+$/, ""),
		token: options.token ?? process.env["FEATUREGRAPH_TOKEN"],
		project: options.project,
		json: options.json,
	};
}

export function authorizationOf({ token }: Connection): Record<string, string> {
	return token === undefined ? {} : { authorization: `Bearer ${token}` };
}
