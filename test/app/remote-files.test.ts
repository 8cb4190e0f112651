import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type RemoteFiles, remoteFiles } from "../../app/processes/remote-files.ts";
import { signingKeys } from "../../core/access/signed-request.ts";
import { requestSigner } from "../../gateway/transport/http/request-signer.ts";

/** What the subgraph answers whether the client may read. */
let status = 200;
let server: Server;
let files: RemoteFiles;
beforeEach(async () => {
	server = createServer((_request, response) => response.writeHead(status).end());
	await once(server.listen(0, "127.0.0.1"), "listening");
	const [key] = signingKeys(["s".repeat(32)]);
	if (key === undefined) throw new Error("no key");
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
	files = remoteFiles("serving", url, requestSigner(key, { subgraph: "serving" }));
});
afterEach(async () => {
	await files.close();
	server.close();
});

const alice = { id: "token:alice", permissions: new Set<never>(), projects: null };
const may = () => files.mayDownload?.(alice, "sets/a.csv");

it.each([
	[200, true],
	[404, true],
	[403, false],
])("a client may read where the subgraph says so: %d", async (answered, allowed) => {
	status = answered;
	expect(await may()).toBe(allowed);
});

it.each([400, 401, 429, 431, 500, 503])("what is no answer to it lets nobody in: %d", async (answered) => {
	status = answered;
	await expect(may()).rejects.toMatchObject({ code: "SUBGRAPH_UNAVAILABLE" });
});
