import type { DocumentNode, FieldNode, OperationDefinitionNode } from "graphql";

/** Why a field is withheld from a principal. */
export interface Withholding {
	/** UNAUTHENTICATED where credentials are asked for and none were brought. */
	readonly code: "UNAUTHENTICATED" | "FORBIDDEN";
	readonly message: string;
}

/** One operation as one principal may see it. */
export interface WithheldFields {
	/**
	 * Of all that is withheld: equal where it is the same, empty where it is nothing. Part of the key of a plan, beside
	 * the document and the operation.
	 */
	readonly key: string;
	/**
	 * By the nodes of the client's document: each is null in the response, with its error at every path where it stands.
	 * Where several nodes make one response field, it is withheld as soon as one of them is.
	 */
	readonly reasons: ReadonlyMap<FieldNode, Withholding>;
	/** What is planned and asked of subgraphs: the document with this operation alone, without what is withheld. */
	readonly document: DocumentNode;
	/** The operation in it; its selection is empty where nothing is left to ask. */
	readonly operation: OperationDefinitionNode;
}
