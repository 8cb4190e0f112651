import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

interface Break {
	readonly path: string;
	/** Of the answer's body, before the connection breaks. */
	readonly bytes: number;
	readonly times: number;
}

interface Seen {
	readonly method: string | undefined;
	readonly url: string;
	readonly key: string | undefined;
	readonly range: string | undefined;
	/** Of a request that sends a part. */
	readonly contentRange: string | undefined;
}

/** A gateway in front of the gateway whose connections break when a test says so. */
export async function breakingProxy(target: string) {
	const seen: Seen[] = [];
	let next: Break = { path: "", bytes: 0, times: 0 };
	let uploadBreaks = 0;
	const server = createServer((incoming, response) => {
		const { url = "/", method, headers } = incoming;
		if (["/push", "/files/", "/features"].some((path) => url.startsWith(path))) {
			const key = headers["idempotency-key"]?.toString();
			seen.push({ method, url, key, range: headers.range, contentRange: headers["content-range"] });
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
		response.on("close", () => outgoing.destroy());
		if (method === "PUT" && uploadBreaks > 0) {
			uploadBreaks -= 1;
			incoming.once("data", (chunk: Buffer) => {
				incoming.pause();
				outgoing.write(chunk);
				void cameTo(url).then(() => response.destroy());
			});
			outgoing.on("error", () => undefined);
			return;
		}
		incoming.pipe(outgoing);
	});
	/** Waits for the first bytes of an upload that is under way. */
	const cameTo = async (url: string): Promise<void> => {
		for (;;) {
			const { headers } = await fetch(new URL(url, target), { method: "HEAD" });
			if (headers.get("upload-offset") !== "0") return;
		}
	};
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		seen,
		breaks(how: Break): void {
			next = how;
		},
		/** The next uploads break behind their first bytes. */
		breaksUploads(times: number): void {
			uploadBreaks = times;
		},
		close: () =>
			new Promise<void>((resolve) => {
				server.closeAllConnections();
				server.close(() => resolve());
			}),
	};
}
