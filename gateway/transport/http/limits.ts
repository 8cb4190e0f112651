/** What the gateway grants one subgraph that it reaches over HTTP. Counts unless the name says otherwise. */
export interface HttpSubgraphLimits {
	/** How long a fetch may take, its retry included. Of a subscription: until it has begun. */
	readonly requestMillis: number;
	readonly connectMillis: number;
	/** Of one answer, and of one event. */
	readonly responseBytes: number;
	/** Levels of objects and lists in an answer. */
	readonly responseDepth: number;
	/** Errors of one answer that are passed on. */
	readonly responseErrors: number;
	/** Connections for queries and mutations. */
	readonly connections: number;
	/** Fetches that wait for one of them. */
	readonly waiting: number;
	/** Subscriptions, each with a connection of its own. */
	readonly subscriptions: number;
	/** Events of a subscription that the client has not taken yet; then no more are read. */
	readonly waitingEvents: number;
	/** How often a WebSocket is asked for a sign of life. */
	readonly heartbeatMillis: number;
	/** Failures in a row, after which it is left alone. */
	readonly failuresToOpen: number;
	/** How long it is left alone, before one fetch tries again. */
	readonly openMillis: number;
	/** The longest wait before the retry; how long it is is left to chance. */
	readonly retryMillis: number;
}

export const defaultHttpSubgraphLimits: HttpSubgraphLimits = {
	requestMillis: 10_000,
	connectMillis: 3_000,
	responseBytes: 32 * 1024 * 1024,
	responseDepth: 200,
	responseErrors: 1_000,
	connections: 64,
	waiting: 2_000,
	subscriptions: 1_000,
	waitingEvents: 16,
	heartbeatMillis: 30_000,
	failuresToOpen: 5,
	openMillis: 5_000,
	retryMillis: 100,
};
