import { settings } from "../../app/configuration/settings.ts";

/** `docs/configuration.md`, from the settings and their shapes. */
export function configurationReference(): string {
	const rows = settings.map(
		({ env, key, schema, meaning }) =>
			`| \`${env}\` | \`${key}\` | ${defaultOf(schema.parse(undefined))} | ${meaning} |`,
	);
	return `<!-- Generated from app/configuration/settings.ts by \`npm run generate:reference\`. -->
# Configuration

Without any, everything runs in one process on embedded defaults. A setting comes from the environment, else from
\`featuregraph.yaml\` in the folder that the server is started in (the second column is the place there, by dots), else it has
its default. Every problem is told at once at the start; \`npx featuregraph doctor\` prints what is in force, without secrets, and
tries each connection.

A server that others can reach (HOST is not a loopback address) must have access tokens. Only the SHA-256 of a token is
configured:

\`\`\`yaml
access:
  tokens:
    - name: ci
      sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 # printf %s "$TOKEN" | sha256sum
      permissions: [READ, READ_VALUES] # all of them without this
      projects: [default] # all of them without this
      scopes: ["read:email"] # for @requiresScopes of your own subgraphs; permissions count as scopes of their name
      policies: [staff] # for @policy of your own subgraphs
      expiresAt: 2027-01-01T00:00:00Z # it stays without this
connections: # databases that PostgreSQL sources name
  warehouse: postgres://reader@warehouse.internal/db
\`\`\`

| environment | file | default | meaning |
|---|---|---|---|
${rows.join("\n")}
`;
}

function defaultOf(value: unknown): string {
	if (value === null || (Array.isArray(value) && value.length === 0)) return "none";
	const text = typeof value === "string" ? value : JSON.stringify(value);
	return text === "{}" ? "none" : `\`${text}\``;
}
