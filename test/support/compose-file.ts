/** docker-compose.yml as Compose reads it, for tests that start the same processes without it. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";

export interface ComposedService {
	readonly name: string;
	readonly command: readonly string[];
	readonly environment: Readonly<Record<string, string>>;
	/** Built from this repository: a process of ours. */
	readonly isOurs: boolean;
}

interface ComposeFile {
	readonly services: Readonly<
		Record<
			string,
			{
				readonly image: string;
				readonly command?: readonly string[];
				readonly environment?: Readonly<Record<string, string>>;
			}
		>
	>;
}

/** All services, with these variables as its `.env` would give them. */
export function composedServices(variables: Readonly<Record<string, string>>): readonly ComposedService[] {
	const text = readFileSync(new URL("../../docker-compose.yml", import.meta.url), "utf8");
	const { services } = parse(text, { merge: true }) as ComposeFile;
	return Object.entries(services).map(([name, { image, command = [], environment = {} }]) => ({
		name,
		command,
		environment: Object.fromEntries(
			Object.entries(environment).map(([key, value]) => [key, interpolate(value, variables)]),
		),
		isOurs: image === "featuregraph",
	}));
}

/** `${NAME:?what is missing}` and `${NAME:-default}`: the forms that the file uses. */
function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
	return text.replaceAll(/\$\{(\w+):([?-])([^}]*)\}/g, (_, name: string, kind: string, rest: string) => {
		const value = variables[name];
		if (value !== undefined) return value;
		if (kind === "-") return rest;
		throw new Error(`${name}: ${rest}`);
	});
}
