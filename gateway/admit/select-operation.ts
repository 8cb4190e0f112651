import { type DocumentNode, getOperationAST, type OperationDefinitionNode } from "graphql";
import { RequestError } from "./request-error.ts";

/** The operation that a request means: by name, or the only one. Throws a RequestError where there is none. */
export function selectOperation(document: DocumentNode, operationName: string | null): OperationDefinitionNode {
	const operation = getOperationAST(document, operationName);
	if (operation !== null && operation !== undefined) return operation;
	throw RequestError.of(
		"BAD_USER_INPUT",
		operationName === null
			? "The document has several operations, or none: `operationName` must name one."
			: `The document has no operation \`${operationName}\`.`,
	);
}
