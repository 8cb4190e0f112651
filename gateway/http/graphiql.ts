import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply } from "fastify";

const folderOf = (moduleUrl: string) => dirname(fileURLToPath(moduleUrl));
const pageFolder = fileURLToPath(new URL("graphiql", import.meta.url));
const reactFolder = folderOf(import.meta.resolve("react/package.json"));
const reactDomFolder = folderOf(import.meta.resolve("react-dom/package.json"));
const graphiqlFolder = folderOf(import.meta.resolve("graphiql/package.json"));
const explorerFolder = folderOf(import.meta.resolve("@graphiql/plugin-explorer/package.json"));
const graphqlWsFolder = folderOf(import.meta.resolve("graphql-ws/client"));

/** Everything that the page loads, from the packages as they were installed: nothing comes from elsewhere. */
const assets: ReadonlyMap<string, string> = new Map([
	["page.css", join(pageFolder, "page.css")],
	["page.js", join(pageFolder, "page.js")],
	["react.js", join(reactFolder, "umd/react.production.min.js")],
	["react-dom.js", join(reactDomFolder, "umd/react-dom.production.min.js")],
	["graphiql.js", join(graphiqlFolder, "graphiql.min.js")],
	["graphiql.css", join(graphiqlFolder, "graphiql.min.css")],
	["explorer.js", join(explorerFolder, "dist/index.umd.js")],
	["explorer.css", join(explorerFolder, "dist/style.css")],
]);

const contentSecurityPolicy = [
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"img-src 'self' data:",
	"font-src 'self' data:",
	"connect-src 'self'",
	"base-uri 'none'",
	"form-action 'none'",
	"frame-ancestors 'none'",
].join("; ");

/** The files of GraphiQL under `/graphiql/`, and `reply.sendFile` for its page. */
export async function graphiqlRoutes(app: FastifyInstance): Promise<void> {
	app.get<{ Params: { file: string } }>("/graphiql/:file", async ({ params }, reply) => {
		const path = assets.get(params.file);
		if (path !== undefined) return reply.sendFile(basename(path), dirname(path));
		reply.callNotFound();
		return reply;
	});
	app.get<{ Params: { file: string } }>("/graphiql/graphql-ws/:file", async ({ params }, reply) =>
		/^[\w-]+\.js$/.test(params.file) ? reply.sendFile(params.file, graphqlWsFolder) : reply.callNotFound(),
	);
}

/** Sends files by `reply.sendFile` only. */
export async function registerFileSender(app: FastifyInstance): Promise<void> {
	await app.register(fastifyStatic, { root: pageFolder, serve: false, cacheControl: true, maxAge: "1h" });
}

export function sendGraphiql(reply: FastifyReply) {
	return reply
		.headers({
			"content-security-policy": contentSecurityPolicy,
			"referrer-policy": "no-referrer",
			vary: "Accept",
			"x-content-type-options": "nosniff",
		})
		.sendFile("page.html", { maxAge: 0 });
}
