import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SubgraphExecutor } from "../../../../core/ports/subgraph.ts";
import { httpSubgraph } from "../../../../gateway/transport/http/http-subgraph.ts";
import { type Running, recordingLogger, startGateway } from "../../support/gateway.ts";
import { answerBytes, type Behave, type RawServer, startRawServer } from "./support/raw-server.ts";

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const sdl = `${link} type Query { name: String } type Mutation { rename: String }`;
const otherSdl = `${link} type Query { other: String }`;

const well: Behave = (socket) => void socket.write(answerBytes('{"data":{"name":"well"}}'));
const otherWell: Behave = (socket) => void socket.write(answerBytes('{"data":{"other":"well"}}'));
/** Long: on a slow machine, too, only what is late is late. */
const requestMillis = 1_500;

let failing: RawServer;
let other: RawServer;
let running: Running;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
	failing = await startRawServer(well);
	other = await startRawServer(otherWell);
	const open = (name: string, { url }: RawServer, text: string, limits = {}): SubgraphExecutor => {
		const logger = recordingLogger([]);
		// The breaker has tests of its own: here each request is to meet the subgraph.
		const kept = { retryMillis: 1, failuresToOpen: 1_000, ...limits };
		const subgraph = httpSubgraph({ name, url, sdl: async () => text, logger, limits: kept, subscriptions: null });
		closing.push(() => subgraph.close());
		return subgraph;
	};
	running = await startGateway({
		subgraphs: [
			open("failing", failing, sdl, { requestMillis, responseBytes: 1_000_000 }),
			open("other", other, otherSdl),
		],
	});
});
afterAll(async () => {
	await running.gateway.close();
	for (const close of closing) await close();
	await Promise.all([failing.close(), other.close()]);
});

/** What the gateway is told when there is no usable answer, and how often it then asked for a query. */
const unavailable = { code: "SUBGRAPH_UNAVAILABLE", message: /does not answer/, asked: 2 } as const;
const invalid = { code: "SUBGRAPH_INVALID_RESPONSE", message: /no GraphQL response/, asked: 1 } as const;

const page = "<html><body>at /srv/app.js:1</body></html>";
const html = { "content-type": "text/html" };
const part = answerBytes('{"data":{"name":', { headers: { "content-length": "1000" } });
const bomb = gzipSync(Buffer.alloc(50_000_000, " "));

const ways: Readonly<Record<string, readonly [Behave, typeof unavailable | typeof invalid]>> = {
	"closes the connection": [(socket) => void socket.end(), unavailable],
	"resets the connection": [(socket) => void socket.resetAndDestroy(), unavailable],
	"resets the connection within the answer": [
		(socket) => void socket.write(part, () => socket.resetAndDestroy()),
		unavailable,
	],
	"ends within the answer": [(socket) => void socket.end(part), unavailable],
	"ends within a chunk": [
		(socket) =>
			void socket.end(
				'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n20\r\n{"data":',
			),
		unavailable,
	],
	"speaks no HTTP": [(socket) => void socket.end("220 mail.example.org ESMTP\r\n"), unavailable],
	"says its length twice, and differently": [
		(socket) =>
			void socket.write(
				'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\ncontent-length: 24\r\n\r\n{"data":{"name":"well"}}',
			),
		unavailable,
	],
	"sends headers without end": [
		(socket) => void socket.write(`HTTP/1.1 200 OK\r\nx-long: ${"x".repeat(100_000)}\r\n\r\n`),
		unavailable,
	],
	"is replaced by the page of a proxy": [
		(socket) => void socket.write(answerBytes(page, { status: "503 Service Unavailable", headers: html })),
		unavailable,
	],
	"fails with a page": [
		(socket) => void socket.write(answerBytes(page, { status: "500 Internal Server Error", headers: html })),
		invalid,
	],
	"answers with a page": [(socket) => void socket.write(answerBytes(page, { headers: html })), invalid],
	"answers with what is not JSON": [(socket) => void socket.write(answerBytes(page)), invalid],
	"sends a bomb of gzip": [
		(socket) => void socket.write(answerBytes(bomb, { headers: { "content-encoding": "gzip" } })),
		invalid,
	],
	"sends more than it may": [
		(socket) => {
			socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n");
			const chunk = `10000\r\n${" ".repeat(65_536)}\r\n`;
			const more = () => {
				while (socket.writable) if (!socket.write(chunk)) return void socket.once("drain", more);
			};
			more();
		},
		invalid,
	],
};

const slowWays: readonly Behave[] = [
	// It never begins, stalls after its headers, stalls within its answer, trickles.
	() => undefined,
	(socket) => void socket.write(part.subarray(0, -16)),
	(socket) => void socket.write(part),
	(socket) => {
		socket.write(part);
		const drip = setInterval(() => socket.write(" "), 10);
		socket.once("close", () => clearInterval(drip));
	},
];

describe("a subgraph of a gateway that", () => {
	for (const [what, [behave, { code, message, asked }]] of Object.entries(ways)) {
		it(`${what} leaves its own field null, names itself, and is well again`, async () => {
			failing.behave = behave;
			failing.asked = 0;
			const { status, data, errors, raw } = await running.post("{ name other }");
			expect(status).toBe(200);
			expect(data).toEqual({ name: null, other: "well" });
			expect(errors).toMatchObject([
				{ path: ["name"], message: expect.stringMatching(message), extensions: { code, service: "failing" } },
			]);
			expect(JSON.stringify(raw)).not.toMatch(/127\.0\.0\.1|ECONN|socket|srv|html/i);
			expect(failing.asked).toBe(asked);

			failing.behave = well;
			expect((await running.post("{ name }")).raw).toEqual({ data: { name: "well" } });
			// What was given up is not kept open.
			await expect.poll(() => failing.connections()).toBeLessThanOrEqual(1);
		});
	}

	it("is late, in whatever way, is given up with its connection, and is asked once", async () => {
		failing.asked = 0;
		failing.behave = (socket) => slowWays[failing.asked - 1]?.(socket);
		const answers = await Promise.all(slowWays.map((_, way) => running.post(`{ way${way}: name other }`)));
		for (const [way, { data, errors }] of answers.entries()) {
			expect(data).toEqual({ [`way${way}`]: null, other: "well" });
			expect(errors).toMatchObject([
				{
					path: [`way${way}`],
					message: expect.stringMatching(/did not answer in time/),
					extensions: { code: "SUBGRAPH_UNAVAILABLE", service: "failing" },
				},
			]);
		}
		expect(failing.asked).toBe(slowWays.length);
		await expect.poll(() => failing.connections()).toBe(0);
	});

	it("breaks off a mutation is not asked for it again", async () => {
		failing.behave = (socket) => void socket.write(part, () => socket.resetAndDestroy());
		failing.asked = 0;
		const { data, errors } = await running.post("mutation { rename }");
		expect(data).toEqual({ rename: null });
		expect(errors).toMatchObject([{ path: ["rename"], extensions: { code: "SUBGRAPH_UNAVAILABLE" } }]);
		expect(failing.asked).toBe(1);
	});

	it("answers twice at once has its second answer taken for none of what follows", async () => {
		const poison = answerBytes('{"data":{"name":"of another"}}');
		const first = answerBytes('{"data":{"name":"first"}}');
		failing.behave = (socket) => void socket.write(Buffer.concat([first, poison]));
		for (let count = 0; count < 20; count += 1) {
			expect((await running.post("{ name }")).raw).toEqual({ data: { name: "first" } });
		}
	});
});
