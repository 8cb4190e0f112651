import type { Connection } from "../../../../cli/client/connection.ts";
import { request } from "../../../../cli/client/graphql.ts";
import { refuseUserErrors, type ServerError } from "../../../../cli/client/request-failed.ts";
import { readDefinitionFiles } from "../../../../cli/input/definition-files.ts";
import { type Plan, planFields } from "../../../../cli/output/plan.ts";

const definitionsFolder = "examples/flights/definitions";

/** Makes the registry what the example's files say; a second time it changes nothing. */
export async function applyDefinitions(connection: Connection): Promise<{ plan: Plan; registryVersion: number }> {
	const { apply } = await request<{
		apply: { plan: Plan; registryVersion: number; userErrors: ServerError[] };
	}>(
		connection,
		`mutation Apply($input: DefinitionsInput!) {
			apply(input: $input) {
				plan { ${planFields} } registryVersion userErrors { code message file line column name nearest hint }
			}
		}`,
		{ input: { project: connection.project, files: await readDefinitionFiles(definitionsFolder) } },
	);
	refuseUserErrors(apply.userErrors);
	return apply;
}
