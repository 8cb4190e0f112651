/** What one client may ask of the gateway. Counts unless the name says otherwise. */
export interface GatewayLimits {
	/** Of a request body, except uploads of files. */
	readonly bodyBytes: number;
	/** How long a request body may take to come, except uploads of files. */
	readonly bodyMillis: number;
	/** How long the body of an upload may stand still before it is cut; what has come is kept. */
	readonly uploadIdleMillis: number;
	/** How long a connection may stand still, nothing sent and nothing read, beside the time that an operation may take. */
	readonly stalledMillis: number;
	/** All connections, WebSockets among them. */
	readonly httpConnections: number;
	/** Of the text of a document. Its variables count as part of the body. */
	readonly documentChars: number;
	readonly tokens: number;
	readonly depth: number;
	readonly aliases: number;
	readonly directives: number;
	/** Fields and fragments of the operation once every fragment is written out. */
	readonly expandedSelections: number;
	/** What an operation may cost by its estimate: an object counts 1, what has `@cost` its weight. */
	readonly cost: number;
	/** How many a list is taken to hold of which neither `@listSize` nor an argument says it. */
	readonly assumedListSize: number;
	/** Documents that are kept parsed and validated; a tenth as many refused ones are kept beside them. */
	readonly cachedDocuments: number;
	readonly cachedDocumentChars: number;
	/** How long one operation may be planned. */
	readonly planMillis: number;
	/** How long the planner may take to start, and to take in a supergraph. */
	readonly planLoadMillis: number;
	/** Operations that wait to be planned. */
	readonly waitingPlans: number;
	/** Supergraphs that the planner holds; it takes in others again when they are needed. */
	readonly loadedGraphs: number;
	/** Operations that are kept planned and compiled; a tenth as many that cannot be planned are kept beside them. */
	readonly cachedPlans: number;
	/** Queries under way that an equal one may join; 0: each is executed by itself. */
	readonly sharedQueries: number;
	/** That one response tells. */
	readonly responseErrors: number;
	/** WebSockets; as many event streams that carry several operations may be beside them. */
	readonly connections: number;
	/** Of a WebSocket, or of an event stream that carries several. */
	readonly subscriptionsPerConnection: number;
	/** Queries and mutations that run at once. */
	readonly operationsPerPrincipal: number;
	readonly operations: number;
	readonly subscriptionsPerPrincipal: number;
	readonly subscriptions: number;
	/** How far a subscription may lag behind one that shares its source, in events, before it is ended. */
	readonly bufferedEvents: number;
	readonly messageBytes: number;
	/** What may wait for a WebSocket that does not read; beyond it, it is cut. */
	readonly unreadBytes: number;
	/** How long a query or a mutation may take. */
	readonly operationMillis: number;
	/** An operation that takes longer is logged with its plan. */
	readonly slowOperationMillis: number;
	/** Names of operations that metrics tell apart; further ones are `other`. */
	readonly namedOperations: number;
	/** How long a WebSocket may wait with its connection_init, and a reserved event stream to be opened. */
	readonly connectionInitMillis: number;
	/** Operations of which it is counted how often they are used. */
	readonly countedOperations: number;
	/** Of those, how many are made ready on a new generation of the graph before it serves, and for how long at most. */
	readonly warmedOperations: number;
	readonly warmMillis: number;
	/** Generations of the graph that end what began on them; beyond it, the subscriptions of the oldest are ended. */
	readonly drainingGenerations: number;
	/** How long `close` waits for connections to end by themselves. */
	readonly drainMillis: number;
}

export const defaultLimits: GatewayLimits = {
	bodyBytes: 10 * 1024 * 1024,
	bodyMillis: 30_000,
	uploadIdleMillis: 30_000,
	stalledMillis: 60_000,
	httpConnections: 10_000,
	documentChars: 100_000,
	tokens: 1000,
	depth: 20,
	aliases: 15,
	directives: 50,
	expandedSelections: 2000,
	cost: 50_000,
	assumedListSize: 10,
	cachedDocuments: 1000,
	cachedDocumentChars: 10_000_000,
	planMillis: 1000,
	planLoadMillis: 30_000,
	waitingPlans: 1000,
	loadedGraphs: 3,
	cachedPlans: 2000,
	sharedQueries: 1000,
	responseErrors: 1000,
	connections: 5000,
	subscriptionsPerConnection: 100,
	operationsPerPrincipal: 1000,
	operations: 4000,
	subscriptionsPerPrincipal: 10_000,
	subscriptions: 20_000,
	bufferedEvents: 100,
	messageBytes: 1024 * 1024,
	unreadBytes: 16 * 1024 * 1024,
	operationMillis: 60_000,
	slowOperationMillis: 2000,
	namedOperations: 200,
	connectionInitMillis: 5000,
	countedOperations: 1000,
	warmedOperations: 100,
	warmMillis: 2000,
	drainingGenerations: 8,
	drainMillis: 5000,
};
