import autocannon from "autocannon";
import type { ServerProcess } from "./server-process.ts";
import type { Shot } from "./shots.ts";

export interface Load {
	readonly perSecond: number;
	readonly p50Ms: number;
	readonly p99Ms: number;
	/** Processor time of the server for one request. */
	readonly cpuMicros: number;
	readonly failed: number;
}

/** Sends a request again and again: `perSecond` of them where it is given, else as many as are answered. */
export async function load(
	server: ServerProcess,
	{ path, contentType, body }: Shot,
	{ seconds, connections, perSecond }: { seconds: number; connections: number; perSecond?: number },
): Promise<Load> {
	const before = await server.cpuMicros();
	const result = await autocannon({
		url: `${server.url}${path}`,
		method: "POST",
		headers: { "content-type": contentType },
		body,
		connections,
		duration: seconds,
		...(perSecond === undefined ? {} : { overallRate: perSecond }),
	});
	const spent = (await server.cpuMicros()) - before;
	return {
		perSecond: result.requests.average,
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
