/** Why a literal is refused: execution says only that it is, and leaves out what its scalar says. */
import {
	type ASTNode,
	BREAK,
	type DocumentNode,
	type ExecutionResult,
	GraphQLError,
	type GraphQLSchema,
	getNamedType,
	isLeafType,
	Kind,
	TypeInfo,
	visit,
	visitWithTypeInfo,
} from "graphql";

/** The result with what scalars say of the literals that they refuse, under the codes that they give. */
export function withReasons<Result extends ExecutionResult>(
	result: Result,
	schema: GraphQLSchema,
	document: DocumentNode,
): Result {
	const { errors } = result;
	if (errors === undefined || !errors.some((error) => refusedNode(error) !== null)) return result;
	return { ...result, errors: errors.map((error) => reasoned(error, schema, document)) };
}

function reasoned(error: GraphQLError, schema: GraphQLSchema, document: DocumentNode): GraphQLError {
	const refused = refusedNode(error);
	const reason = refused === null ? null : reasonOf(refused, schema, document);
	if (reason === null) return error;
	return new GraphQLError(`${error.message.replace(/\.$/, "")}: ${reason.message}`, {
		nodes: refused,
		path: error.path,
		extensions: { code: "BAD_USER_INPUT", ...reason.extensions },
	});
}

/** The value that graphql-js refuses as it reads arguments: its error has no code, and nothing but that value. */
function refusedNode(error: GraphQLError): ASTNode | null {
	const cause = error.originalError ?? error;
	if (!(cause instanceof GraphQLError) || cause.originalError !== undefined || "code" in cause.extensions) return null;
	const [node] = cause.nodes ?? [];
	return node !== undefined && valueKinds.has(node.kind) ? node : null;
}

function reasonOf(refused: ASTNode, schema: GraphQLSchema, document: DocumentNode): GraphQLError | null {
	const types = new TypeInfo(schema);
	let isInside = false;
	let reason: GraphQLError | null = null;
	visit(
		document,
		visitWithTypeInfo(types, {
			enter(node) {
				isInside ||= node === refused;
				const type = isInside ? getNamedType(types.getInputType()) : null;
				if (!isLeafType(type) || !leafKinds.has(node.kind)) return undefined;
				try {
					type.parseLiteral(node as Parameters<typeof type.parseLiteral>[0], undefined);
					return undefined;
				} catch (error) {
					reason = error instanceof GraphQLError ? error : null;
					return BREAK;
				}
			},
			leave: (node) => (node === refused ? BREAK : undefined),
		}),
	);
	return reason;
}

const leafKinds: ReadonlySet<string> = new Set([Kind.STRING, Kind.INT, Kind.FLOAT, Kind.BOOLEAN, Kind.ENUM]);
const valueKinds: ReadonlySet<string> = new Set([...leafKinds, Kind.LIST, Kind.OBJECT]);
