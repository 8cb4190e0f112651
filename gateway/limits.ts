/** What one client may ask of the gateway. Counts unless the name says otherwise. */
export interface GatewayLimits {
	/** Of a request body, except uploads of files. */
	readonly bodyBytes: number;
	/** How long a request body may take to come, except uploads of files. */
	readonly bodyMillis: number;
	/** All connections, WebSockets among them. */
	readonly httpConnections: number;
	readonly tokens: number;
	readonly depth: number;
	readonly aliases: number;
	readonly directives: number;
	/** Fields and fragments of the operation once every fragment is written out. */
	readonly expandedSelections: number;
	/** Documents that are kept parsed and validated; a tenth as many refused ones are kept beside them. */
	readonly cachedDocuments: number;
	readonly cachedDocumentChars: number;
	/** WebSockets. */
	readonly connections: number;
	readonly subscriptionsPerConnection: number;
	readonly messageBytes: number;
	/** How long a WebSocket may wait with its connection_init. */
	readonly connectionInitMillis: number;
	/** How long `close` waits for connections to end by themselves. */
	readonly drainMillis: number;
}

export const defaultLimits: GatewayLimits = {
	bodyBytes: 10 * 1024 * 1024,
	bodyMillis: 30_000,
	httpConnections: 10_000,
	tokens: 1000,
	depth: 20,
	aliases: 15,
	directives: 50,
	expandedSelections: 2000,
	cachedDocuments: 1000,
	cachedDocumentChars: 10_000_000,
	connections: 1000,
	subscriptionsPerConnection: 100,
	messageBytes: 1024 * 1024,
	connectionInitMillis: 5000,
	drainMillis: 5000,
};
