import { type DocumentNode, Kind } from "graphql";

/**
 * Fields of a supergraph with arguments that `@fromContext` fills, and what to say of each: plans do not fill them, so that
 * the subgraph would compute from null.
 */
export function contextArguments({ definitions }: DocumentNode): readonly string[] {
	return definitions.flatMap((definition) => {
		if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION)
			return [];
		return (definition.fields ?? [])
			.filter(({ directives = [] }) =>
				directives.some(
					({ name, arguments: given = [] }) =>
						name.value === "join__field" && given.some((argument) => argument.name.value === "contextArguments"),
				),
			)
			.map(({ name }) => {
				const field = `${definition.name.value}.${name.value}`;
				return `${field} has an argument with @fromContext, which this gateway does not fill: use @requires, or let clients give it`;
			});
	});
}
