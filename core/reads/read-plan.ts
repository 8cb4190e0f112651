/** Collects what a selection reads: each view through the same columns once, inputs before what needs them. */
import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import { requestScope } from "../expressions/compile-expression.ts";
import { viewExpression } from "../expressions/view-expressions.ts";
import type { BatchViewVersion, OnDemandViewVersion, ViewVersion } from "../registry/snapshot.ts";
import { type Column, formatValueType, sameType } from "../values/type.ts";
import type { BatchRead, OnDemandRead, ReadReference } from "./model.ts";

type Binding = Readonly<Record<string, string>>;

interface GrowingBatchRead extends BatchRead {
	readonly features: string[];
}

interface GrowingOnDemandRead extends OnDemandRead {
	readonly features: string[];
}

export class ReadPlan {
	readonly batch: GrowingBatchRead[] = [];
	readonly onDemand: GrowingOnDemandRead[] = [];
	readonly #joinKeys = new Map<string, Column>();
	readonly #request = new Map<string, Column>();
	readonly #reads = new Map<string, ReadReference>();

	get joinKeys(): Column[] {
		return [...this.#joinKeys.values()];
	}

	/** Without those that are join keys too: a column that is both is one. */
	get request(): Column[] {
		return [...this.#request.values()].filter((column) => !this.#joinKeys.has(column.name));
	}

	/** The read of a view with its join keys taken from the columns that `binding` names. */
	read(view: ViewVersion, binding: Binding): ReadReference {
		return view.kind === "BATCH" ? this.#readBatch(view, binding) : this.#readOnDemand(view, binding);
	}

	/** Adds a feature to a read, and what its expression needs to the reads before it. */
	need(read: ReadReference, feature: string): void {
		if (read.kind === "batch") {
			const { features } = at(this.batch, read.index);
			if (!features.includes(feature)) features.push(feature);
			return;
		}
		const { view, inputs, features } = at(this.onDemand, read.index);
		if (features.includes(feature)) return;
		features.push(feature);
		for (const { scope, name, type } of viewExpression(view, feature).references) {
			if (scope === requestScope) {
				this.#addColumn(this.#request, { name, type });
				continue;
			}
			this.need(
				at(
					inputs,
					view.inputs.findIndex((input) => input.definition.name === scope),
				),
				name,
			);
		}
	}

	#readBatch(view: BatchViewVersion, binding: Binding): ReadReference {
		const keyColumns = view.joinKeys.map(({ name, type }) => {
			const column = binding[name] ?? name;
			this.#addColumn(this.#joinKeys, { name: column, type });
			return column;
		});
		return this.#once(`${view.id} ${keyColumns.join(" ")}`, () => ({
			kind: "batch",
			index: this.batch.push({ view, keyColumns, features: [] }) - 1,
		}));
	}

	#readOnDemand(view: OnDemandViewVersion, binding: Binding): ReadReference {
		const inputs = view.inputs.map((input) => this.read(input, binding));
		const sources = inputs.map(({ kind, index }) => `${kind}${index}`).join(" ");
		return this.#once(`${view.id} ${sources}`, () => ({
			kind: "onDemand",
			index: this.onDemand.push({ view, inputs, features: [] }) - 1,
		}));
	}

	#once(key: string, make: () => ReadReference): ReadReference {
		let read = this.#reads.get(key);
		if (read === undefined) {
			read = make();
			this.#reads.set(key, read);
		}
		return read;
	}

	#addColumn(columns: Map<string, Column>, column: Column): void {
		const other = this.#joinKeys.get(column.name) ?? this.#request.get(column.name);
		if (other !== undefined && !sameType(other.type, column.type)) {
			const types = `${formatValueType(other.type)} and ${formatValueType(column.type)}`;
			throw new FeaturegraphError("BAD_USER_INPUT", `The column "${column.name}" is needed as ${types}.`, {
				name: column.name,
				hint: "Bind one of the views to another column.",
			});
		}
		if (!columns.has(column.name)) columns.set(column.name, column);
	}
}

function at<T>(list: readonly T[], index: number): T {
	const found = list[index];
	if (found === undefined) throw new Error(`A read plan refers to position ${index}, which it lacks.`);
	return found;
}
