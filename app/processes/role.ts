import { FeaturegraphError, FeaturegraphErrors } from "../../core/errors/featuregraph-error.ts";
import { nearestNames } from "../../core/errors/nearest.ts";
import { type SubgraphName, subgraphNames } from "../../schema/subgraph-sdl.ts";
import type { Configuration } from "../configuration/configuration.ts";

/** What a process is: everything, or one part of an installation of several processes. */
export type Role =
	| { readonly kind: "all-in-one" }
	| { readonly kind: "gateway" }
	| { readonly kind: "subgraph"; readonly name: SubgraphName }
	| { readonly kind: "worker" };

const kinds = ["gateway", "subgraph", "worker"] as const;

/** The role that the arguments of the program name: none, `gateway`, `subgraph NAME` or `worker`. */
export function roleOf([kind, name, ...rest]: readonly string[]): Role {
	if (kind === undefined) return { kind: "all-in-one" };
	if (kind === "subgraph" && rest.length === 0) {
		const found = subgraphNames.find((each) => each === name);
		if (found !== undefined) return { kind, name: found };
		throw noRole(
			name ?? "",
			`${name === undefined ? "No subgraph is named" : `There is no subgraph "${name}"`}.`,
			subgraphNames,
		);
	}
	if ((kind === "gateway" || kind === "worker") && name === undefined) return { kind };
	throw noRole(
		kind,
		`There is no role "${[kind, name, ...rest].filter((word) => word !== undefined).join(" ")}".`,
		kinds,
	);
}

export const roleText = (role: Role): string => (role.kind === "subgraph" ? `subgraph ${role.name}` : role.kind);

/** Refuses a configuration with which processes of several roles cannot work together. Throws all that is missing at once. */
export function checkRole(role: Role, configuration: Configuration): void {
	const missing: FeaturegraphError[] = [];
	const require = (isThere: boolean, name: string, why: string, hint: string): void => {
		if (isThere) return;
		const message = `${name} is not set, which the role ${roleText(role)} needs: ${why}.`;
		missing.push(new FeaturegraphError("CONFIGURATION_INVALID", message, { name, hint }));
	};
	if (configuration.workers > 1 && (role.kind === "all-in-one" || role.kind === "worker")) missing.push(alone(role));
	if (role.kind === "all-in-one") return throwAll(missing);
	if (role.kind !== "worker") {
		require(configuration.subgraphSecrets.length >
			0, "FEATUREGRAPH_SUBGRAPH_SECRET", "subgraphs answer only what a gateway has signed", "Make one with: openssl rand -hex 32. All processes have the same.");
	}
	if (role.kind !== "gateway" || configuration.localSubgraphs.length > 0) {
		const shared = "what is embedded belongs to one process alone";
		require(configuration.databaseUrl !== null, "DATABASE_URL", shared, "Name a PostgreSQL that all processes reach.");
		require(configuration.redisUrl !== null, "REDIS_URL", shared, "Name a Redis that all processes reach.");
	}
	if (role.kind === "gateway") {
		for (const name of subgraphNames) {
			require(configuration.localSubgraphs.includes(name) ||
				configuration.subgraphUrls[name] !==
					undefined, "FEATUREGRAPH_SUBGRAPH_URLS", `it does not say where ${name} is`, `Add ${name}=http://HOST:PORT/graphql, or run it in the gateway's process: FEATUREGRAPH_LOCAL_SUBGRAPHS.`);
		}
	}
	throwAll(missing);
}

function throwAll(errors: readonly FeaturegraphError[]): void {
	if (errors.length > 0) throw new FeaturegraphErrors(errors.map((error) => error.toUserError()));
}

/** What runs once in a process, and what is embedded, does not multiply with it. */
function alone({ kind }: Role): FeaturegraphError {
	const name = "FEATUREGRAPH_WORKERS";
	return kind === "worker"
		? new FeaturegraphError("CONFIGURATION_INVALID", `${name} is set, and a worker answers nobody on its port.`, {
				name,
				hint: "Start several of them, each with its own PORT: they share one queue.",
			})
		: new FeaturegraphError("CONFIGURATION_INVALID", `${name} is set, and everything in one process is one process.`, {
				name,
				hint: `Set DATABASE_URL, REDIS_URL and FEATUREGRAPH_SUBGRAPH_SECRET, and start \`gateway --workers N\` with FEATUREGRAPH_LOCAL_SUBGRAPHS=${subgraphNames.join(",")} and one \`worker\` beside it.`,
			});
}

const noRole = (name: string, message: string, valid: readonly string[]): FeaturegraphError =>
	new FeaturegraphError("CONFIGURATION_INVALID", message, {
		name,
		nearest: nearestNames(name, valid),
		hint: `A process is everything (no argument), \`gateway\`, \`worker\`, or \`subgraph NAME\` with one of ${subgraphNames.join(", ")}.`,
	});
