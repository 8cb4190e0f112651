import autocannon from "autocannon";
import type { ServerProcess } from "./server-process.ts";
import type { Shot } from "./shots.ts";

export interface Load {
	readonly perSecond: number;
	readonly p50Ms: number;
	readonly p99Ms: number;
	/** Processor time of the server for one request, without what it takes when nobody asks. */
	readonly cpuMicros: number;
	readonly failed: number;
}

/** Sends a request again and again, each when the one before is answered. */
export async function load(
	server: ServerProcess,
	{ path, contentType, body }: Shot,
	connections: number,
	{ seconds: duration }: { readonly seconds: number },
): Promise<Load> {
	const before = await server.cpuMicros();
	const began = performance.now();
	const result = await autocannon({
		url: `${server.url}${path}`,
		method: "POST",
		headers: { "content-type": contentType },
		body,
		connections,
		duration,
	});
	// Its own duration is in whole seconds.
	const seconds = (performance.now() - began) / 1000;
	const spent = (await server.cpuMicros()) - before - server.idleCpuShare * seconds * 1e6;
	return {
		perSecond: Math.round(result.requests.total / seconds),
		p50Ms: result.latency.p50,
		p99Ms: result.latency.p99,
		cpuMicros: Math.round((10 * spent) / result.requests.total) / 10,
		failed: result.non2xx + result.errors + result.timeouts,
	};
}

/** One answer, to be looked at before anything is timed. */
export async function answerOf(server: ServerProcess, { path, contentType, body }: Shot): Promise<Buffer> {
	const response = await fetch(`${server.url}${path}`, {
		method: "POST",
		headers: { "content-type": contentType },
		body: typeof body === "string" ? body : new Uint8Array(body),
	});
	const bytes = Buffer.from(await response.arrayBuffer());
	if (response.status !== 200 || bytes.includes('"errors"')) {
		throw new Error(`${path}: ${response.status} ${bytes.toString().slice(0, 500)}`);
	}
	return bytes;
}
