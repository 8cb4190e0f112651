import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

interface Break {
	readonly path: string;
	/** Of the answer's body, before the connection breaks. */
	readonly bytes: number;
	readonly times: number;
}

interface Seen {
	readonly url: string;
	readonly key: string | undefined;
	readonly range: string | undefined;
}

/** A gateway in front of the gateway whose connections break when a test says so. */
export async function breakingProxy(target: string) {
	const seen: Seen[] = [];
	let next: Break = { path: "", bytes: 0, times: 0 };
	const server = createServer((incoming, response) => {
		const { url = "/", method, headers } = incoming;
		if (url.startsWith("/push") || url.startsWith("/files/")) {
			seen.push({ url, key: headers["idempotency-key"]?.toString(), range: headers.range });
		}
		const outgoing = request(new URL(url, target), { method, headers, agent: false }, (answer) => {
			if (method === "HEAD" || !url.startsWith(next.path) || next.times === 0) {
				response.writeHead(answer.statusCode ?? 500, answer.headers);
				answer.pipe(response);
				return;
			}
			const { bytes } = next;
			next = { ...next, times: next.times - 1 };
			const chunks: Buffer[] = [];
			answer.on("data", (chunk: Buffer) => chunks.push(chunk));
			answer.on("end", () => {
				if (bytes === 0) return response.destroy();
				response.writeHead(answer.statusCode ?? 500, answer.headers);
				return response.write(Buffer.concat(chunks).subarray(0, bytes), () => setImmediate(() => response.destroy()));
			});
		});
		incoming.pipe(outgoing);
		response.on("close", () => outgoing.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		seen,
		breaks(how: Break): void {
			next = how;
		},
		close: () =>
			new Promise<void>((resolve) => {
				server.closeAllConnections();
				server.close(() => resolve());
			}),
	};
}
