import type { DocumentNode } from "graphql";
import type { Principal } from "../../core/ports/principal.ts";
import { RequestError } from "./request-error.ts";
import { introspects } from "./served-language.ts";

/** Who may ask for the schema: everybody, those who brought credentials, or nobody. */
export type IntrospectionPolicy = "all" | "authenticated" | "none";

/** Throws a RequestError where the document asks for the schema and the principal may not. */
export function refuseIntrospection(document: DocumentNode, policy: IntrospectionPolicy, principal: Principal): void {
	if (policy === "all" || !introspects(document)) return;
	if (policy === "authenticated" && principal.credential !== undefined) return;
	throw RequestError.of(
		"GRAPHQL_VALIDATION_FAILED",
		policy === "none" ? "Introspection is not served here." : "Introspection is served to those who bring credentials.",
		"Whoever runs this server decides by FEATUREGRAPH_INTROSPECTION.",
	);
}
