/**
 * GraphQL at its limit: Mercurius with JIT over a static schema, whose one resolver is an MGET. No federation, no registry,
 * no permissions. Argument: the URL of Redis.
 */
import fastify from "fastify";
import { Redis } from "ioredis";
import mercurius from "mercurius";
import { bareKey, doublesOf } from "./bare-values.ts";
import { featureNames, type Width, widths } from "./world.ts";

const [url = ""] = process.argv.slice(2);
const redis = new Redis(url);
const app = fastify();

const rowType = (width: Width): string =>
	`type Row${width} { ${featureNames(width)
		.map((name) => `${name}: Float`)
		.join(" ")} }`;
await app.register(mercurius, {
	jit: 1,
	schema: `
		${widths.map(rowType).join("\n")}
		type Query { ${widths.map((width) => `rows${width}(ids: [String!]!): [Row${width}]!`).join(" ")} }
	`,
	resolvers: {
		Query: Object.fromEntries(
			widths.map((width) => {
				const names = featureNames(width);
				const rows = async (_: unknown, { ids }: { readonly ids: readonly string[] }) => {
					const values = await redis.mgetBuffer(ids.map((id) => bareKey(id, width)));
					return values.map((bytes) => {
						if (bytes === null) return null;
						const doubles = doublesOf(bytes);
						return Object.fromEntries(names.map((name, index) => [name, doubles[index]]));
					});
				};
				return [`rows${width}`, rows];
			}),
		),
	},
});
await app.listen({ host: "127.0.0.1", port: Number(process.env["PORT"]) });
process.stdout.write("ready\n");
