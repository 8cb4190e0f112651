import { Command } from "commander";
import { connectionOf } from "../client/connection.ts";
import { request } from "../client/graphql.ts";
import { RequestFailed } from "../client/request-failed.ts";
import { printJson } from "../output/data.ts";

const describeQuery = `
	query Describe($project: String!, $name: String!) {
		entity(project: $project, name: $name) { name joinKeys { name type } description owner { name contact } tags }
		dataSource(project: $project, name: $name) { name kind eventTimeColumn createdTimeColumn availableTimeColumn }
		featureView(project: $project, name: $name) {
			name version kind definitionHash isCurrent onlineVersion ttlSeconds freshnessSlaSeconds
			entities { name } source { name kind } description owner { name contact } tags createdAt createdBy
			features { edges { node { name type isArray description tags classification } } }
			freshness { status eventLagSeconds slaSeconds latestEventTime checkedAt }
		}
		featureService(project: $project, name: $name) {
			name version schemaHash description owner { name contact } tags
			features { edges { node { name type view { name version } } } }
			modelVersions { edges { node { version model { name } } } }
		}
	}
`;

export const describeCommand = () =>
	new Command("describe")
		.description("Shows everything about one entity, data source, feature view or feature service.")
		.argument("<name>", "its name")
		.action(async (name: string, _options: object, command: Command) => {
			const connection = connectionOf(command);
			const answer = await request<Record<string, object | null>>(connection, describeQuery, {
				project: connection.project,
				name,
			});
			const found = Object.entries(answer).filter(([, object]) => object !== null);
			if (found.length === 0) throw nothingNamed(name);
			if (connection.json) printJson(Object.fromEntries(found));
			else process.stdout.write(found.map(([kind, object]) => `${kind}\n${outline(object, 1)}`).join("\n"));
		});

function nothingNamed(name: string): RequestFailed {
	return new RequestFailed([
		{
			code: "NOT_FOUND",
			message: `Nothing is named \`${name}\`.`,
			name,
			hint: `\`featuregraph search ${name}\` looks for it.`,
		},
	]);
}

/** Objects as indented `key: value` lines; connections as the list of their nodes; nothing for what is empty. */
function outline(value: unknown, depth: number): string {
	if (typeof value !== "object" || value === null) return "";
	const indent = "  ".repeat(depth);
	return Object.entries(value)
		.map(([key, member]: [string, unknown]) => {
			const shown = nodesOf(member) ?? member;
			if (shown === null || (Array.isArray(shown) && shown.length === 0)) return "";
			if (Array.isArray(shown)) {
				return `${indent}${key}:\n${shown.map((item) => `${indent}  - ${inline(item)}\n`).join("")}`;
			}
			return `${indent}${key}: ${inline(shown)}\n`;
		})
		.join("");
}

function inline(value: unknown): string {
	if (typeof value !== "object" || value === null) return String(value);
	return Object.entries(value)
		.filter(([, member]) => member !== null && !(Array.isArray(member) && member.length === 0))
		.map(([key, member]) => (key === "name" ? String(member) : `${key}=${inline(member)}`))
		.join(" ");
}

function nodesOf(value: unknown): unknown[] | undefined {
	if (typeof value !== "object" || value === null || !("edges" in value) || !Array.isArray(value.edges))
		return undefined;
	return value.edges.map((edge: { node: unknown }) => edge.node);
}
