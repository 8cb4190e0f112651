import { once } from "node:events";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { writeEventStream } from "../../../app/hosts/event-stream.ts";
import { mapEvents } from "../../../gateway/execute/map-events.ts";
import { World } from "../../gateway/support/subgraphs.ts";

const server = createServer();
afterEach(() => server.close());

it("ends a source whose reader left before the stream began", async () => {
	await once(server.listen(0, "127.0.0.1"), "listening");
	const world = new World();
	const request = get({ port: (server.address() as AddressInfo).port });
	request.on("error", () => undefined);
	const [, response] = await once(server, "request");
	request.destroy();
	await once(response, "close");
	const results = mapEvents(world.follow(), () => ({ data: {} }), {
		failure: () => new Error(),
		ended: () => undefined,
	});
	await writeEventStream(response, results, {
		failure: () => ({}),
		shutdown: new AbortController().signal,
	});
	expect(world.listening).toBe(0);
});
