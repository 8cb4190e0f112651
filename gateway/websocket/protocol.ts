import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { GraphQLError, OperationTypeNode } from "graphql";
import { CloseCode, type Context, makeServer, type Server } from "graphql-ws";
import type { WebSocket } from "ws";
import type { Logger } from "../../core/ports/logger.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { Authenticate } from "../../core/ports/subgraph.ts";
import { RequestError } from "../admit/request-error.ts";
import { authorize } from "../authorize/authorize.ts";
import { onExpiry } from "../authorize/expiry.ts";
import { publicErrors } from "../complete/public-error.ts";
import type { Door } from "../door.ts";
import { checkParams } from "../http/graphql-params.ts";
import type { GatewayLimits } from "../limits.ts";
import type { PreparedOperation } from "../operation.ts";
import { WrittenResult } from "./written-result.ts";

/** What belongs to one connection. */
export interface Connection {
	readonly socket: WebSocket;
	readonly request: IncomingMessage;
	/** Ends with the connection. */
	readonly signal: AbortSignal;
	/** Set once it is acknowledged. */
	principal: Principal | null;
}

export interface ProtocolOptions {
	readonly door: Door;
	readonly authenticate: Authenticate;
	readonly limits: GatewayLimits;
	readonly logger: Logger;
}

type ConnectionContext = Context<Record<string, unknown>, Connection>;

const allKinds = [OperationTypeNode.QUERY, OperationTypeNode.MUTATION, OperationTypeNode.SUBSCRIPTION];

/**
 * The protocol graphql-transport-ws over the gateway's own steps. The credentials of a connection are the
 * `authorization` of its connection_init, or else of the upgrade request: nothing more of the payload is read.
 */
export function createProtocol({ door, authenticate, limits, logger }: ProtocolOptions): Server<Connection> {
	/** What was prepared, by the document and arguments that the protocol hands from hook to hook. */
	const prepared = new WeakMap<object, PreparedOperation>();
	const operationOf = (args: object): PreparedOperation => {
		const operation = prepared.get(args);
		if (operation === undefined) throw new Error("An operation that was not prepared");
		return operation;
	};

	return makeServer<Record<string, unknown>, Connection>({
		connectionInitWaitTimeout: limits.connectionInitMillis,

		async onConnect({ extra, connectionParams }) {
			try {
				const principal = await authorize(authenticate, authorizationOf(connectionParams, extra.request));
				extra.principal = principal;
				// Clients take this code for a reason to connect again, with new credentials.
				const forget = onExpiry(principal, () => extra.socket.close(CloseCode.Forbidden, "Credentials expired"));
				extra.signal.addEventListener("abort", forget, { once: true });
				return true;
			} catch (error) {
				if (!(error instanceof RequestError)) throw error;
				if (error.code === "UNAUTHENTICATED") extra.socket.close(CloseCode.Unauthorized, "Unauthorized");
				return false;
			}
		},

		async onSubscribe(context, _id, payload) {
			const requestId = randomUUID();
			const {
				signal,
				request: { headers },
			} = context.extra;
			try {
				refuseTooMany(context, limits.subscriptionsPerConnection);
				const request = checkParams(payload);
				const operation = await door.prepare(
					request,
					{ requestId, credentials: { principal: principalOf(context) }, signal, headers },
					allKinds,
				);
				const { document, lease } = operation;
				const args = { schema: lease.generation.schema, document, operationName: request.operationName };
				prepared.set(args, operation);
				return args;
			} catch (error) {
				if (error instanceof RequestError) return error.errors;
				return publicErrors([error], { requestId, logger });
			}
		},
		execute: (args) => orErrors(door.execute(operationOf(args))),
		subscribe: (args) => orErrors(door.subscribe(operationOf(args))),
		onNext: (_context, _id, _payload, _args, result) => new WrittenResult(result),
	});
}

/** What found no place is an answer, too. */
const orErrors = <T>(running: Promise<T>): Promise<T | { readonly errors: readonly GraphQLError[] }> =>
	running.catch((error: unknown) => {
		if (error instanceof RequestError) return { errors: error.errors };
		throw error;
	});

function principalOf({ extra }: ConnectionContext): Principal {
	if (extra.principal === null) throw new Error("A connection that was not acknowledged");
	return extra.principal;
}

function authorizationOf(params: Readonly<Record<string, unknown>> | undefined, request: IncomingMessage) {
	const key = Object.keys(params ?? {}).find((name) => name.toLowerCase() === "authorization");
	const given = key === undefined ? undefined : params?.[key];
	return typeof given === "string" ? given : (request.headers.authorization ?? null);
}

/** The protocol counts the operation that begins, too. */
function refuseTooMany({ subscriptions }: ConnectionContext, limit: number): void {
	if (Object.keys(subscriptions).length <= limit) return;
	throw new RequestError("LIMIT_EXCEEDED", [
		new GraphQLError(`A connection runs at most ${limit} operations at once.`, {
			extensions: { hint: "End one, or open another connection." },
		}),
	]);
}
