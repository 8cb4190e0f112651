/**
 * SQL that people write for PostgreSQL, checked on PostgreSQL's own parse tree before it runs: one SELECT over what it
 * may see, and nothing that gives another result tomorrow. It runs in a read-only transaction besides.
 */
import { sql } from "drizzle-orm";
import { loadModule, parseSync } from "libpg-query";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { nearestNames } from "../../../core/errors/nearest.ts";
import type { PostgresSession } from "./session.ts";

type Tree = Readonly<Record<string, unknown>>;

/** What the SQL may read beside the names that it is given. */
export type TableAccess = "none" | "database" | "own-database";

/** Ours and PostgreSQL's: not for SQL of others over the system's own database. */
const ownSchemas = /^(featuregraph|pgboss|drizzle)/;
const systemSchemas = /^(pg_|information_schema$)/;
/** Marked as stable, although their answers depend on the clock, the session or tables that the parse tree does not show. */
const moreVolatile =
	/^(now|statement_timestamp|transaction_timestamp|current_setting|version|pg_.*|has_.*|txid_.*|inet_.*|.*_to_xml.*|cursor_to_.*|to_reg.*)$/;
const clockWords = /^\s*(now|today|tomorrow|yesterday)\s*$/i;

/** Throws INVALID_SQL. */
export async function checkUserSql(
	session: PostgresSession,
	written: string,
	owner: string,
	relations: readonly string[],
	access: TableAccess,
): Promise<void> {
	const statement = await selectOf(written, owner);
	const nodes = nodesOf(statement, new Set(relations), owner);
	for (const [kind, node, readable] of nodes) checkNode(kind, node, owner, readable, access);

	const called = [...new Set(nodes.flatMap(([kind, node]) => calledNames(kind, node)))];
	const volatile = await session.rows(
		sql`SELECT DISTINCT proname FROM pg_proc WHERE provolatile = 'v' AND proname = ANY(${sql.param(called)}::text[])`,
	);
	const changing = called.find((name) => moreVolatile.test(name)) ?? volatile[0]?.[0];
	if (changing != null) throw changingResult(owner, `${changing}()`);
}

async function selectOf(written: string, owner: string): Promise<Tree> {
	await loadModule();
	let statements: readonly Tree[];
	try {
		statements = ((parseSync(written) as Tree)["stmts"] ?? []) as readonly Tree[];
	} catch (error) {
		throw invalid(owner, `${error instanceof Error ? error.message : String(error)}.`);
	}
	const select = (statements[0]?.["stmt"] as Tree | undefined)?.["SelectStmt"];
	if (statements.length !== 1 || select === undefined) throw invalid(owner, "it has to be one SELECT statement.");
	return { SelectStmt: select };
}

function checkNode(kind: string, node: Tree, owner: string, readable: ReadonlySet<string>, access: TableAccess): void {
	if (kind.endsWith("Stmt") && kind !== "SelectStmt") throw invalid(owner, "it can only select.");
	if (kind === "SelectStmt" && (node["intoClause"] !== undefined || node["lockingClause"] !== undefined)) {
		throw invalid(owner, "it can only select, without INTO and FOR UPDATE.");
	}
	if (kind === "RangeVar") checkTable(node, owner, readable, access);
	if (kind === "ParamRef") throw invalid(owner, "it has no parameters.");
	if (kind === "RangeTableSample") throw invalid(owner, "a sample is another one each time it is read.");
	if (kind === "SQLValueFunction") {
		throw changingResult(owner, String(node["op"]).replace("SVFOP_", "").toLowerCase());
	}
	if (
		kind === "FuncCall" &&
		functionName(node) === "age" &&
		(node["args"] as readonly unknown[] | undefined)?.length === 1
	) {
		throw changingResult(owner, "age() of one time");
	}
	if (kind === "A_Const") {
		const word = (node["sval"] as Tree | undefined)?.["sval"];
		if (typeof word === "string" && clockWords.test(word)) throw changingResult(owner, `'${word}'`);
	}
}

/** Refuses a source whose table is the system's own, or PostgreSQL's. Throws INVALID_SQL. */
export function checkSourceTable(name: string, access: TableAccess): void {
	const [first = "", second] = name.split(".", 2);
	const hidden = second === undefined ? isHidden(undefined, first, access) : isHidden(first, second, access);
	if (!hidden) return;
	throw new FeaturegraphError("INVALID_SQL", `The table "${name}" is none that a source may read.`, {
		name,
		hint: "Sources read tables of yours, not those of Featuregraph or of PostgreSQL itself.",
	});
}

const isHidden = (schema: string | undefined, table: string, access: TableAccess): boolean =>
	systemSchemas.test(schema ?? table) || (access === "own-database" && ownSchemas.test(schema ?? ""));

function checkTable(node: Tree, owner: string, readable: ReadonlySet<string>, access: TableAccess): void {
	const table = String(node["relname"]);
	const schema = node["schemaname"] as string | undefined;
	if (schema === undefined && readable.has(table)) return;
	const hidden = access === "none" || node["catalogname"] !== undefined || isHidden(schema, table, access);
	if (!hidden) return;
	const name = schema === undefined ? table : `${schema}.${table}`;
	throw new FeaturegraphError("INVALID_SQL", `The SQL of ${owner} reads "${name}", which it cannot see.`, {
		name,
		nearest: nearestNames(name, readable),
		hint: "It reads `source`; another source is read by a source of its own.",
	});
}

/** PostgreSQL takes `(value).name` for `name(value)` where the value has no such field. */
function calledNames(kind: string, node: Tree): string[] {
	if (kind === "FuncCall") return [functionName(node)];
	if (kind !== "A_Indirection") return [];
	return (node["indirection"] as readonly Tree[]).flatMap((part) => {
		const name = (part["String"] as Tree | undefined)?.["sval"];
		return typeof name === "string" ? [name] : [];
	});
}

const functionName = (call: Tree): string => {
	const names = call["funcname"] as readonly Tree[];
	const name = (names.at(-1)?.["String"] as Tree | undefined)?.["sval"];
	return typeof name === "string" ? name : "";
};

type Node = readonly [kind: string, node: Tree, readable: ReadonlySet<string>];

/** Levels of the tree, of which an expression within another takes two. */
const deepestTree = 3000;

/**
 * Every node of the tree with its kind, and the names of relations that are given there: an object's only capitalised
 * field names the kind of what it holds.
 */
function nodesOf(tree: Tree, relations: ReadonlySet<string>, owner: string): Node[] {
	const nodes: Node[] = [];
	const walk = (value: unknown, readable: ReadonlySet<string>, depth: number): void => {
		if (typeof value !== "object" || value === null) return;
		if (depth > deepestTree) throw invalid(owner, "it is nested too deeply.");
		if (Array.isArray(value)) {
			for (const element of value) walk(element, readable, depth + 1);
			return;
		}
		for (const [field, child] of Object.entries(value)) {
			// These hold a node of one kind, so that the kind is not written out.
			const kind = field === "larg" || field === "rarg" ? "SelectStmt" : field;
			const isNode = /^[A-Z]/.test(kind) && typeof child === "object" && child !== null;
			if (isNode) nodes.push([kind, child as Tree, readable]);
			if (isNode && kind === "SelectStmt") walkSelect(child as Tree, readable, depth + 1);
			else walk(child, readable, depth + 1);
		}
	};
	/**
	 * A CTE is seen by its own SELECT alone and, unless it is recursive, by the CTEs behind it: in its own query and anywhere
	 * else its name is that of a table.
	 */
	const walkSelect = ({ withClause, ...rest }: Tree, outer: ReadonlySet<string>, depth: number): void => {
		const { ctes = [], recursive = false } = (withClause ?? {}) as {
			readonly ctes?: readonly Tree[];
			readonly recursive?: boolean;
		};
		const names = ctes.map((cte) => String((cte["CommonTableExpr"] as Tree | undefined)?.["ctename"]));
		const readable = new Set(recursive ? [...outer, ...names] : outer);
		for (const [index, cte] of ctes.entries()) {
			walk(cte, new Set(readable), depth + 1);
			readable.add(names[index] ?? "");
		}
		walk(rest, readable, depth + 1);
	};
	walk(tree, relations, 0);
	return nodes;
}

const invalid = (owner: string, reason: string): FeaturegraphError =>
	new FeaturegraphError("INVALID_SQL", `The SQL of ${owner} cannot be used: ${reason}`);

const changingResult = (owner: string, name: string): FeaturegraphError =>
	new FeaturegraphError("INVALID_SQL", `The SQL of ${owner} uses ${name}, whose value changes from run to run.`, {
		name,
		hint: "Features must come out the same each time; take times from the rows.",
	});
