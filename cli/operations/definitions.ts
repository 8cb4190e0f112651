import type { Connection } from "../client/connection.ts";
import { request } from "../client/graphql.ts";
import { refuseUserErrors, type ServerError } from "../client/request-failed.ts";
import type { DefinitionFile } from "../input/definition-files.ts";
import { type Plan, planFields } from "../output/plan.ts";

const definitionErrorFields = "userErrors { code message file line column name nearest hint }";

export async function requestPlan(connection: Connection, files: readonly DefinitionFile[]): Promise<Plan> {
	const { plan: payload } = await request<{ plan: { plan: Plan; userErrors: ServerError[] } }>(
		connection,
		`query Plan($input: DefinitionsInput!) { plan(input: $input) { plan { ${planFields} } ${definitionErrorFields} } }`,
		{ input: { project: connection.project, files } },
	);
	refuseUserErrors(payload.userErrors);
	return payload.plan;
}

export interface ApplyOptions {
	readonly planHash?: string;
	readonly allowDelete: boolean;
	/** Also where trusted documents would break. */
	readonly force?: boolean;
}

/** Applies files: exactly the plan of `planHash` where one is given. */
export async function requestApply(
	connection: Connection,
	files: readonly DefinitionFile[],
	{ force = false, planHash, allowDelete }: ApplyOptions,
): Promise<{ plan: Plan; registryVersion: number }> {
	const { apply } = await request<{ apply: { plan: Plan; registryVersion: number; userErrors: ServerError[] } }>(
		connection,
		`mutation Apply($input: DefinitionsInput!) {
			apply(input: $input) { plan { ${planFields} } registryVersion ${definitionErrorFields} }
		}`,
		{ input: { project: connection.project, files, planHash, allowDelete } },
		force ? { "featuregraph-force": "GRAPH_BREAKS_DOCUMENTS" } : {},
	);
	refuseUserErrors(apply.userErrors.map(withOption));
	return { plan: apply.plan, registryVersion: apply.registryVersion };
}

/** The gateway names what its API takes; here the next step is an option. */
const withOption = (error: ServerError): ServerError => {
	const hint = hints[error.code];
	return hint === undefined ? error : { ...error, hint };
};

const hints: Readonly<Record<string, string>> = {
	DELETE_NOT_ALLOWED: "Add --allow-delete if that is meant; else give all files of the project.",
	GRAPH_BREAKS_DOCUMENTS: "Keep what it reads until no client sends it any more, or add --force.",
};
