import { type DocumentNode, Kind, visit } from "graphql";

/** The variables by which a document includes and skips. */
export function conditionVariables(document: DocumentNode): readonly string[] {
	const names = new Set<string>();
	visit(document, {
		[Kind.DIRECTIVE]({ name, arguments: given = [] }) {
			if (name.value !== "skip" && name.value !== "include") return;
			for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
		},
	});
	return [...names];
}
