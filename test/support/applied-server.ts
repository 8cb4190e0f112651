import { afterAll, beforeAll } from "vitest";
import { applyDefinitions, type Caller } from "./graphql-client.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "./server.ts";

/** Gives the test file a server of its own on embedded defaults, with these definitions. Its `url` is there once tests run. */
export function appliedServer(definitions: string): Caller {
	let folder: TemporaryFolder;
	let server: TestServer;
	beforeAll(async () => {
		folder = await temporaryFolder();
		server = await startServer({ folder: folder.path });
		await applyDefinitions(server, definitions);
	});
	afterAll(async () => {
		await server.stop();
		await folder.remove();
	});
	return {
		get url() {
			return server.url;
		},
	};
}
