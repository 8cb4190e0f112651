/** What all contenders hold: the same number of entities, in rows of ten and of fifty doubles. */
import { Redis } from "ioredis";
import { bareKey } from "./bare-values.ts";

export const entityCount = 10_000;
export const widths = [10, 50] as const;
export type Width = (typeof widths)[number];
const rowsPerPush = 2_000;

export const featureNames = (width: Width): string[] =>
	Array.from({ length: width }, (_, index) => `f${width}_${index}`);
const declared = (width: Width): string =>
	featureNames(width)
		.map((name) => `${name}: float64`)
		.join(", ");

export const definitions = `
entities: { item: { joinKeys: { item: int64 } } }
sources:
${widths.map((width) => `  source_${width}: { push: {}, eventTime: at, columns: { item: int64, at: timestamp, ${declared(width)} } }`).join("\n")}
views:
${widths.map((width) => `  stats_${width}: { entities: [item], source: source_${width}, features: { ${declared(width)} } }`).join("\n")}
`;

export async function fill(url: string): Promise<void> {
	await mutate(url, "mutation ($input: DefinitionsInput!) { apply(input: $input) { userErrors { message } } }", {
		input: { files: [{ path: "bench.yaml", content: definitions }] },
	});
	const at = new Date(Date.now() - 60_000).toISOString();
	for (const width of widths) {
		for (let first = 0; first < entityCount; first += rowsPerPush) {
			const rows = Array.from({ length: rowsPerPush }, (_, index) => ({
				item: String(first + index),
				at,
				...Object.fromEntries(featureNames(width).map((name) => [name, Math.random()])),
			}));
			await pushRows(url, `source_${width}`, rows);
		}
	}
}

export const pushQuery = "mutation ($input: PushInput!) { push(input: $input) { accepted userErrors { message } } }";

export const pushRows = (url: string, source: string, rows: readonly object[]): Promise<void> =>
	mutate(url, pushQuery, { input: { into: { source }, rows } });

/** What the peers read. */
export async function fillBare(url: string): Promise<void> {
	const client = new Redis(url);
	for (const width of widths) {
		const pairs = Array.from({ length: entityCount }, (_, id) => [
			bareKey(String(id), width),
			Buffer.from(Float64Array.from({ length: width }, () => Math.random()).buffer),
		]);
		await client.mset(pairs.flat());
	}
	await client.quit();
}

async function mutate(url: string, query: string, variables: unknown): Promise<void> {
	const response = await fetch(`${url}/graphql`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ query, variables }),
	});
	const answer = (await response.json()) as { errors?: unknown; data?: Record<string, { userErrors: unknown[] }> };
	const userErrors = Object.values(answer.data ?? {}).flatMap((payload) => payload.userErrors);
	if (answer.errors !== undefined || userErrors.length > 0) throw new Error(JSON.stringify(answer).slice(0, 500));
}
