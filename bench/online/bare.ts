/**
 * The raw limit of an online read: Fastify, one MGET, JSON of doubles; no schema, no names, no statuses.
 * Argument: the URL of Redis.
 */
import fastify from "fastify";
import { Redis } from "ioredis";
import { bareKey, doublesOf } from "./bare-values.ts";

const [url = ""] = process.argv.slice(2);
const redis = new Redis(url);
const app = fastify();

app.post("/read", async (request) => {
	const { ids, width } = request.body as { ids: readonly string[]; width: number };
	const rows = await redis.mgetBuffer(ids.map((id) => bareKey(id, width)));
	return { rows: rows.map((row) => row && doublesOf(row)) };
});
await app.listen({ host: "127.0.0.1", port: Number(process.env["PORT"]) });
process.stdout.write("ready\n");
