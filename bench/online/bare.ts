/**
 * The raw limit of an online read: Fastify, one MGET, JSON of ten doubles a row; no schema, no names, no statuses.
 * Arguments: port, Redis URL.
 */
import fastify from "fastify";
import { Redis } from "ioredis";

const [port = "0", url = ""] = process.argv.slice(2);
const redis = new Redis(url);
const app = fastify();

app.post("/read", async (request) => {
	const { ids } = request.body as { ids: readonly string[] };
	const rows = await redis.mgetBuffer(ids.map((id) => `bare:${id}`));
	return {
		rows: rows.map((row) =>
			row === null ? null : [...new Float64Array(row.buffer.slice(row.byteOffset, row.byteOffset + row.byteLength))],
		),
	};
});
await app.listen({ host: "127.0.0.1", port: Number(port) });
process.stdout.write("ready\n");
