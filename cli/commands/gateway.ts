import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { connectionOf } from "../client/connection.ts";

/** A server of its own: this command starts it, and ends with it. */
const gatewayProgram = fileURLToPath(new URL("../../app/standalone/main.ts", import.meta.url));

interface GatewayOptions {
	readonly supergraph?: string;
	readonly port?: string;
	readonly host?: string;
	readonly config?: string;
	readonly workers?: string;
}

export const gatewayCommand = () =>
	new Command("gateway")
		.description("Serves any supergraph of Federation 2 whose subgraphs are at the URLs in it. Needs nothing else.")
		// Not as a required one: an option that is mistyped would be told as missing, and not what it is near to.
		.option("--supergraph <file>", "the supergraph; it is served anew whenever the file changes")
		.option("--port <number>", "where to listen (PORT, 4000); 0 takes a free one")
		.option("--host <address>", "on which address (HOST, 127.0.0.1)")
		.option("--config <file>", "settings, as in featuregraph.yaml")
		.option("--workers <number>", "so many processes share the port (FEATUREGRAPH_WORKERS, 1)")
		.action(async ({ supergraph, port, host, config, workers }: GatewayOptions, command: Command) => {
			if (supergraph === undefined) command.error("error: required option '--supergraph <file>' not specified");
			const { json } = connectionOf(command);
			const given = Object.entries({ supergraph, port, host, config, workers }).flatMap(([name, value]) =>
				value === undefined ? [] : [`--${name}=${value}`],
			);
			const child = spawn(process.execPath, [gatewayProgram, ...given, ...(json ? ["--json"] : [])], {
				stdio: ["inherit", "inherit", "inherit", "ipc"],
			});
			// It stops when the channel ends, however this process does. A terminal's Ctrl-C reaches it by itself as well.
			const end = (): void => {
				if (child.connected) child.disconnect();
			};
			for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
			const [code] = (await once(child, "exit")) as [number | null];
			process.exitCode = code ?? 1;
		});
