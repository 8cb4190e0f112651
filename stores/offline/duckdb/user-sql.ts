/**
 * SQL that people write (queries of sources, transformations of views), checked on DuckDB's own parse tree before it
 * runs: one SELECT over the relations it is given, and nothing that gives another result tomorrow.
 */
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { nearestNames } from "../../../core/errors/nearest.ts";
import { text } from "../../../core/offline/duckdb/sql-text.ts";
import { parseJson } from "../../../core/values/parse-json.ts";
import { isDeepJson } from "./json-nesting.ts";
import type { DuckdbSession } from "./session.ts";

type Tree = Readonly<Record<string, unknown>>;

const tableFunctions = new Set(["range", "generate_series", "unnest", "json_each", "json_tree"]);

/** Words that stand for the clock without parentheses. */
const clockWords = new Set(["current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"]);

/** Not marked by DuckDB, although their answers depend on the clock, the session or the machine. */
const moreVolatile = [
	"current_localtime",
	"current_localtimestamp",
	"current_setting",
	"getvariable",
	"getenv",
	"version",
];
/** They end the process where JSON is nested deeply, whoever wrote it. */
const unsafeFunctions = new Set([
	"json_structure",
	"json_group_structure",
	"json_merge_patch",
	"json_contains",
	"json_serialize_sql",
	"json_serialize_plan",
	"json_deserialize_sql",
]);
/** They do so for the structure, their second argument, alone. */
const functionsOfStructure = new Set(["json_transform", "json_transform_strict", "from_json", "from_json_strict"]);

/** `error` is marked as volatile so that it is not folded away. */
const harmless = new Set(["error"]);

/** Throws INVALID_SQL. `relations`: the names that it may read. */
export async function checkUserSql(
	session: DuckdbSession,
	sql: string,
	owner: string,
	relations: readonly string[],
): Promise<void> {
	const [row] = await session.rows(`SELECT json_serialize_sql(${text(sql)})`);
	const parsed = parseJson(String(row?.[0])) as Tree;
	if (parsed["error"] === true) throw invalid(owner, `${String(parsed["error_message"])}.`);
	const statements = parsed["statements"] as readonly Tree[];
	if (statements.length !== 1) throw invalid(owner, "it has to be one SELECT statement.");

	const nodes = nodesOf(statements[0], new Set(relations.map((name) => name.toLowerCase())));
	const volatile = await volatileFunctions(session);
	for (const [node, readable] of nodes) checkNode(node, owner, readable, volatile);
}

function checkNode(node: Tree, owner: string, readable: ReadonlySet<string>, volatile: ReadonlySet<string>): void {
	if (node["type"] === "BASE_TABLE") {
		const table = String(node["table_name"]);
		if (node["schema_name"] !== "" || node["catalog_name"] !== "" || !readable.has(table.toLowerCase())) {
			throw new FeaturegraphError("INVALID_SQL", `The SQL of ${owner} reads "${table}", which it cannot see.`, {
				name: table,
				nearest: nearestNames(table, readable),
				hint: "It reads `source`; another source is read by a source of its own.",
			});
		}
	}
	if (node["type"] === "SHOW_REF") throw invalid(owner, "it cannot describe or show tables.");
	if (node["type"] === "TABLE_FUNCTION") {
		const name = functionName(node["function"]);
		if (!tableFunctions.has(name)) throw invalid(owner, `the table function ${name}() is not allowed.`, name);
	}
	if (node["sample"] !== null && node["sample"] !== undefined) {
		throw invalid(owner, "a sample is another one each time it is read.");
	}
	if (node["class"] === "FUNCTION" || node["class"] === "WINDOW") {
		const name = String(node["function_name"]).toLowerCase();
		const clockDifference = name === "age" && (node["children"] as readonly unknown[]).length === 1;
		if (volatile.has(name) || clockDifference) throw changing(owner, `${name}()`);
		if (unsafeFunctions.has(name)) throw invalid(owner, `the function ${name}() is not allowed.`, name);
		if (functionsOfStructure.has(name) && !hasPlainStructure(node)) {
			throw invalid(owner, `the structure that ${name}() is given has to be a plain text, not nested deeply.`, name);
		}
	}
	if (node["id"] === "VARIANT") throw invalid(owner, "the type VARIANT is not supported.");
	if (node["class"] === "COLUMN_REF") {
		const names = node["column_names"] as readonly string[];
		const word = names[0]?.toLowerCase() ?? "";
		if (names.length === 1 && clockWords.has(word)) throw changing(owner, word);
	}
}

function hasPlainStructure(call: Tree): boolean {
	const [, structure] = call["children"] as readonly Tree[];
	const json = (structure?.["value"] as Tree | undefined)?.["value"];
	return typeof json === "string" && !isDeepJson(json);
}

const functionName = (tree: unknown): string => {
	const name = (tree as Tree | null)?.["function_name"];
	return typeof name === "string" ? name.toLowerCase() : "";
};

/**
 * Every node of the tree, and the names of relations that are given there. A CTE is seen by its own SELECT alone and by the
 * CTEs behind it, by itself only where it is recursive: anywhere else its name is that of a table. DuckDB's parser bounds how deep
 * the tree goes.
 */
function nodesOf(tree: unknown, relations: ReadonlySet<string>) {
	const nodes: (readonly [node: Tree, readable: ReadonlySet<string>])[] = [];
	const walk = (value: unknown, outer: ReadonlySet<string>): void => {
		if (typeof value !== "object" || value === null) return;
		if (Array.isArray(value)) {
			for (const element of value) walk(element, outer);
			return;
		}
		nodes.push([value as Tree, outer]);
		const { cte_map: ctes, query, ...rest } = value as Tree;
		const readable = new Set(outer);
		for (const { key, value: cte } of ((ctes as Tree | undefined)?.["map"] ?? []) as readonly Tree[]) {
			walk(cte, new Set(readable));
			readable.add(String(key).toLowerCase());
		}
		walk(query, readable);
		// Of a recursive one both sides.
		const name = rest["cte_name"];
		walk(Object.values(rest), typeof name === "string" ? new Set([...readable, name.toLowerCase()]) : readable);
	};
	walk(tree, relations);
	return nodes;
}

let known: ReadonlySet<string> | undefined;

async function volatileFunctions(session: DuckdbSession): Promise<ReadonlySet<string>> {
	if (known !== undefined) return known;
	const rows = await session.rows(
		"SELECT DISTINCT function_name FROM duckdb_functions() WHERE stability IN ('VOLATILE', 'CONSISTENT_WITHIN_QUERY') " +
			"OR function_name LIKE 'pg\\_%' ESCAPE '\\' OR function_name LIKE 'current\\_%' ESCAPE '\\' " +
			"OR (function_type = 'macro' AND regexp_matches(macro_definition, 'current_|now\\('))",
	);
	known = new Set([...rows.map(([name]) => String(name)), ...moreVolatile].filter((name) => !harmless.has(name)));
	return known;
}

const invalid = (owner: string, reason: string, name?: string): FeaturegraphError =>
	new FeaturegraphError(
		"INVALID_SQL",
		`The SQL of ${owner} cannot be used: ${reason}`,
		name === undefined ? {} : { name },
	);

const changing = (owner: string, name: string): FeaturegraphError =>
	new FeaturegraphError("INVALID_SQL", `The SQL of ${owner} uses ${name}, whose value changes from run to run.`, {
		name,
		hint: "Features must come out the same each time; take times from the rows.",
	});
