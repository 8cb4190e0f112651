import type { SubgraphOperation, SubgraphRequest } from "../../../core/ports/subgraph.ts";

/** All of a body that is before its variables; an operation is asked again and again. */
const beginnings = new WeakMap<SubgraphOperation, string>();

export function requestBody({ operation, variables }: SubgraphRequest): string {
	let beginning = beginnings.get(operation);
	if (beginning === undefined) {
		const name = operation.name === null ? "" : `"operationName":${JSON.stringify(operation.name)},`;
		beginning = `{"query":${JSON.stringify(operation.text)},${name}"variables":`;
		beginnings.set(operation, beginning);
	}
	return `${beginning}${JSON.stringify(variables)}}`;
}
