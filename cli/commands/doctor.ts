import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { connectionOf } from "../client/connection.ts";

/** Where the server itself checks its configuration and every connection of it. */
const doctorProgram = fileURLToPath(new URL("../../app/doctor.ts", import.meta.url));

export const doctorCommand = () =>
	new Command("doctor")
		.description("Prints the server's configuration as it would start here and checks each connection.")
		.action(async (_options: object, command: Command) => {
			const { json } = connectionOf(command);
			const child = spawn(process.execPath, [doctorProgram, ...(json ? ["--json"] : [])], { stdio: "inherit" });
			const [code] = (await once(child, "exit")) as [number | null];
			process.exitCode = code ?? 1;
		});
