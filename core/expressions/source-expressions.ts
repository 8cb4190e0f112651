/** Computed columns of a push source, compiled once per version, which never changes. */
import type { SourceVersion } from "../registry/snapshot.ts";
import type { Column } from "../values/type.ts";
import { type CompiledExpression, compileExpression } from "./compile-expression.ts";

export interface ComputedColumn extends Column {
	/** Its references are columns that are pushed. */
	readonly expression: CompiledExpression;
}

const computedOf = new WeakMap<SourceVersion, readonly ComputedColumn[]>();

/** In the order of the source's columns. */
export function computedColumns(source: SourceVersion): readonly ComputedColumn[] {
	let computed = computedOf.get(source);
	if (computed === undefined) {
		const { columns, expressions = {} } = source.definition;
		const declarations = { request: [], views: [], columns: columns ?? [] };
		computed = (columns ?? []).flatMap(({ name, type }) =>
			Object.hasOwn(expressions, name)
				? [{ name, type, expression: compileExpression(expressions[name] ?? "", declarations, type) }]
				: [],
		);
		computedOf.set(source, computed);
	}
	return computed;
}
