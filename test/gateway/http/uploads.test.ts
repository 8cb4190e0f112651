import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Principal } from "../../../core/ports/principal.ts";
import { parseContentRange } from "../../../gateway/http/content-range.ts";
import type { Upload } from "../../../gateway/http/upload-route.ts";
import { incomingFiles } from "../../../stores/blobs/incoming-files.ts";
import { type Running, startGateway } from "../support/gateway.ts";

describe("Content-Range", () => {
	it.each([
		["bytes 0-9/10", 10, { start: 0, end: 10, total: 10 }],
		["bytes 5-9/*", null, { start: 5, end: 10, total: null }],
		["bytes */10", 0, { start: null, total: 10 }],
		["bytes */*", null, { start: null, total: null }],
		[undefined, 10, null],
	] as const)("%s of %s bytes is read", (header, byteCount, expected) => {
		expect(parseContentRange(header, byteCount)).toEqual(expected);
	});

	it.each([
		["bytes 0-9/10", 9],
		["bytes 9-0/10", null],
		["bytes 0-10/10", null],
		["bytes=0-9", null],
		["bytes 0-99999999999999999999/*", null],
		["lines 0-1/2", null],
		["", null],
	])("%s of %s bytes is refused", (header, byteCount) => {
		expect(() => parseContentRange(header, byteCount)).toThrow("cannot be used");
	});
});

describe("an upload over HTTP", () => {
	let running: Running;
	let impatient: Running;
	let folder: string;
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), "featuregraph-uploads-"));
		const incoming = incomingFiles(folder);
		const byteCount = 20;
		const files = {
			blobs: { stat: async () => null, read: async () => Readable.from([]) },
			upload: async ({ id, content, range }: Upload) => {
				const count = await incoming.append(id, range?.start ?? 0, content, range?.end ?? byteCount);
				// To be checked takes longer than a body may stand still.
				if (id === "checked") await sleep(1300);
				return { byteCount: count, isWhole: count === byteCount };
			},
			uploaded: async (_principal: Principal, id: string) => {
				const count = await incoming.received(id);
				return { byteCount: count, isWhole: count === byteCount };
			},
		};
		running = await startGateway({ files });
		impatient = await startGateway({ files, limits: { uploadIdleMillis: 1000 } });
	});
	afterAll(async () => {
		await Promise.all([running.gateway.close(), impatient.gateway.close()]);
		await rm(folder, { recursive: true, force: true });
	});

	const put = (id: string, body: string, range?: string) =>
		fetch(`${running.url}/files/uploads/${id}`, {
			method: "PUT",
			body,
			headers: range === undefined ? {} : { "content-range": range },
		});
	const progress = async (id: string) => {
		const { headers } = await fetch(`${running.url}/files/uploads/${id}`, { method: "HEAD" });
		return [headers.get("upload-offset"), headers.get("upload-complete")];
	};

	it("goes on where the one before stopped, and tells how far it is", async () => {
		const first = await put("a", "0123456789", "bytes 0-9/20");
		expect([first.status, first.headers.get("range"), await first.text()]).toEqual([308, "bytes=0-9", ""]);
		const asked = await put("a", "", "bytes */20");
		expect([asked.status, asked.headers.get("range")]).toEqual([308, "bytes=0-9"]);
		expect((await put("a", "x", "bytes 12-12/20")).status).toBe(409);
		expect((await put("a", "x", "bytes 12-14/20")).status).toBe(400);
		expect(await progress("a")).toEqual(["10", "?0"]);
		const last = await put("a", "abcdefghij", "bytes 10-19/20");
		expect([last.status, await last.json()]).toEqual([200, { byteCount: 20 }]);
		expect(await progress("a")).toEqual(["20", "?1"]);
		expect((await put("b", "", "bytes */20")).headers.get("range")).toBeNull();
	});

	it.each([
		["its connection broke", "c", true],
		["it stood still", "d", false],
	])("keeps what came before %s", async (_what, id, leaves) => {
		const { hostname, port } = new URL((leaves ? running : impatient).url);
		const sending = request({
			hostname,
			port,
			method: "PUT",
			path: `/files/uploads/${id}`,
			headers: { "content-length": 20 },
		});
		const closed = new Promise((resolve) => sending.on("close", resolve));
		sending.on("error", () => undefined);
		sending.write("01234");
		await expect.poll(() => progress(id)).toEqual(["5", "?0"]);
		if (leaves) sending.destroy();
		await closed;
		expect((await put(id, "56789abcdefghij", "bytes 5-19/20")).status).toBe(200);
	});

	it("is not cut while what has come is checked", async () => {
		const sent = { method: "PUT", body: "0123456789abcdefghij" };
		expect((await fetch(`${impatient.url}/files/uploads/checked`, sent)).status).toBe(200);
	});
});
