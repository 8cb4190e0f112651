import pc from "picocolors";

export interface Plan {
	readonly hash: string;
	readonly registryVersion: number;
	readonly created: number;
	readonly updated: number;
	readonly deleted: number;
	readonly changes: readonly {
		readonly action: "CREATE" | "UPDATE" | "DELETE";
		readonly kind: string;
		readonly name: string;
		readonly makesNewVersion: boolean;
		readonly fields: readonly { readonly path: string; readonly before: unknown; readonly after: unknown }[];
	}[];
}

export const planFields = `
	hash registryVersion created updated deleted
	changes { action kind name makesNewVersion fields { path before after } }
`;

const marks = { CREATE: pc.green("+"), UPDATE: pc.yellow("~"), DELETE: pc.red("-") } as const;

/** `+ ~ -`, field by field, and a line that counts. */
export function formatPlan(plan: Plan): string {
	const lines: string[] = [];
	for (const change of plan.changes) {
		const version = change.makesNewVersion && change.action === "UPDATE" ? pc.dim(" (new version)") : "";
		lines.push(
			`${marks[change.action]} ${change.kind.toLowerCase().replaceAll("_", " ")} ${pc.bold(change.name)}${version}`,
		);
		if (change.action !== "UPDATE") continue;
		for (const { path, before, after } of change.fields) {
			lines.push(`    ${path}: ${pc.red(formatValue(before))} -> ${pc.green(formatValue(after))}`);
		}
	}
	if (lines.length > 0) lines.push("");
	lines.push(
		plan.changes.length === 0
			? `No changes: registry version ${plan.registryVersion} is what the files say.`
			: `${plan.created} to create, ${plan.updated} to update, ${plan.deleted} to delete.`,
	);
	return lines.join("\n");
}

function formatValue(value: unknown): string {
	return value === null || value === undefined ? "none" : typeof value === "string" ? value : JSON.stringify(value);
}
