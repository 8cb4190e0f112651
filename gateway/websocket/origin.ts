import type { IncomingMessage } from "node:http";

/**
 * May the page that opens this WebSocket do so? Browsers let any page open one and send no preflight, so that the
 * server must compare: our own origin, and those that the configuration lists. Clients that are no browsers send
 * no origin.
 */
export function isAllowedOrigin(request: IncomingMessage, corsOrigins: readonly string[]): boolean {
	const { origin, host } = request.headers;
	if (origin === undefined || corsOrigins.includes(origin)) return true;
	return URL.canParse(origin) && new URL(origin).host === host;
}
