import type { ServerResponse } from "node:http";

const heartbeatMillis = 12_000;

/** A response of server-sent events: it waits for a slow reader, and shows that it lives while nothing happens. */
export class EventWriter {
	readonly #response: ServerResponse;
	readonly #heartbeat: NodeJS.Timeout;
	readonly #closed = new AbortController();

	/** Sends the headers that are set on it, and its own. */
	constructor(response: ServerResponse) {
		this.#response = response;
		response.writeHead(200, {
			"content-type": "text/event-stream; charset=utf-8",
			"cache-control": "no-cache",
			"x-accel-buffering": "no",
		});
		response.flushHeaders();
		this.#heartbeat = setInterval(() => {
			// What a reader has not read yet shows as much.
			if (response.writableLength === 0) response.write(":\n\n");
		}, heartbeatMillis);
		const close = (): void => {
			clearInterval(this.#heartbeat);
			this.#closed.abort();
		};
		// A reader that left while its operation began is told of no more.
		if (response.destroyed) close();
		else response.once("close", close);
	}

	/** Ends with the response, whoever ended it. */
	get closed(): AbortSignal {
		return this.#closed.signal;
	}

	/** `json` is the data, in one line; empty for none. */
	async write(event: "next" | "complete", json: string): Promise<void> {
		if (this.#response.destroyed || this.#response.writableEnded) return;
		if (this.#response.write(`event: ${event}\ndata:${json === "" ? "" : ` ${json}`}\n\n`)) return;
		await new Promise<void>((resolve) => {
			const done = (): void => {
				this.#response.off("drain", done);
				this.#response.off("close", done);
				resolve();
			};
			this.#response.on("drain", done);
			this.#response.on("close", done);
		});
	}

	end(): void {
		clearInterval(this.#heartbeat);
		this.#response.end();
	}
}
