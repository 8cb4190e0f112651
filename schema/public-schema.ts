import { transformSupergraphToPublicSchema } from "@theguild/federation-composition";
import { type DocumentNode, Kind, print, visit } from "graphql";

/** What clients see of a supergraph: without the joins, and without what is `@inaccessible`. */
export function publicSdlOf(supergraph: DocumentNode): string {
	return print(withoutStrayMembers(transformSupergraphToPublicSchema(supergraph)));
}

/** The transformation takes an inaccessible type out, and leaves its name in the unions that had it. */
function withoutStrayMembers(schema: DocumentNode): DocumentNode {
	const defined = new Set(schema.definitions.flatMap((node) => ("name" in node && node.name ? [node.name.value] : [])));
	return visit(schema, {
		[Kind.UNION_TYPE_DEFINITION]: (union) => {
			const types = union.types?.filter(({ name }) => defined.has(name.value)) ?? [];
			return types.length === union.types?.length ? undefined : { ...union, types };
		},
	});
}
