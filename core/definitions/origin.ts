import type { DefinitionError } from "./definition-error.ts";
import type { Entry } from "./entries.ts";
import type { SourceOrigin } from "./model.ts";
import type { SourceShape } from "./shapes.ts";

const kinds = ["parquet", "csv", "postgres", "push", "from"] as const;

/** Where the rows of a source are; null when the definition does not say just one place. */
export function originOf(entry: Entry<unknown>, shape: SourceShape, errors: DefinitionError[]): SourceOrigin | null {
	const { name } = entry;
	const refuse = (message: string, hint: string, path: readonly string[]): null => {
		errors.push({ code: "DEFINITION_INVALID", message, name, nearest: [], hint, ...entry.placeOf(path) });
		return null;
	};
	const given = kinds.filter((kind) => shape[kind] !== undefined);
	const [kind, another] = given;
	if (kind === undefined) {
		return refuse(`The source "${name}" does not say where its rows are.`, `Give one of ${kinds.join(", ")}.`, []);
	}
	if (another !== undefined) {
		const message = `The source "${name}" says twice where its rows are: ${given.join(" and ")}.`;
		return refuse(message, "Keep one of them.", [another]);
	}
	const { parquet, csv, postgres, from } = shape;
	if (parquet !== undefined) return { kind: "parquet", path: parquet };
	if (csv !== undefined) return { kind: "csv", path: csv };
	if (postgres !== undefined) {
		const { connection = null, table = null, query } = postgres;
		if ((table === null) === (query === undefined)) {
			const hint = "Give `table`, or `query`.";
			return refuse(`The source "${name}" needs a table or a query, and not both.`, hint, ["postgres"]);
		}
		if (query !== undefined && shape.query !== undefined) {
			return refuse(`The source "${name}" has two queries.`, "Make one query of them.", ["query"]);
		}
		return { kind: "postgres", connection, table };
	}
	if (from !== undefined) {
		if (shape.query !== undefined) return { kind: "source", source: from };
		return refuse(`The source "${name}" reads "${from}" without a query.`, "Add `query`, or use the other one.", [
			"from",
		]);
	}
	return { kind: "push" };
}
