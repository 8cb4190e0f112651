import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Running, startGateway } from "../support/gateway.ts";

let running: Running;
beforeAll(async () => {
	running = await startGateway();
});
afterAll(() => running.gateway.close());

const file = (headers: Record<string, string> = {}, method = "GET", key = "sets/digits.csv") =>
	fetch(`${running.url}/files/${key}`, { method, headers });

describe("a download", () => {
	it("is the file, with what is needed to resume it", async () => {
		const response = await file();
		expect(response.status).toBe(200);
		expect(Object.fromEntries(response.headers)).toMatchObject({
			"accept-ranges": "bytes",
			"content-length": "10",
			"content-type": "text/csv; charset=utf-8",
			"content-disposition": 'attachment; filename="digits.csv"',
			etag: '"abc"',
		});
		expect(await response.text()).toBe("0123456789");
	});

	it.each([
		["bytes=0-0", "0", "bytes 0-0/10"],
		["bytes=2-5", "2345", "bytes 2-5/10"],
		["bytes=7-", "789", "bytes 7-9/10"],
		["bytes=-3", "789", "bytes 7-9/10"],
		["bytes=-100", "0123456789", "bytes 0-9/10"],
		["bytes=8-100", "89", "bytes 8-9/10"],
	])("of %s is a part", async (range, text, contentRange) => {
		const response = await file({ range });
		expect(response.status).toBe(206);
		expect(response.headers.get("content-range")).toBe(contentRange);
		expect(response.headers.get("content-length")).toBe(String(text.length));
		expect(await response.text()).toBe(text);
	});

	it.each(["bytes=10-", "bytes=-0", "bytes=99-100"])("of %s is none", async (range) => {
		const response = await file({ range });
		expect(response.status).toBe(416);
		expect(response.headers.get("content-range")).toBe("bytes */10");
	});

	it.each(["bytes=5-2", "bytes=0-1,3-4", "lines=1-2", "bytes=-"])(
		"of %s is the whole, as of no range",
		async (range) => {
			expect((await file({ range })).status).toBe(200);
		},
	);

	it("resumes only the same file", async () => {
		expect((await file({ range: "bytes=5-", "if-range": '"abc"' })).status).toBe(206);
		expect((await file({ range: "bytes=5-", "if-range": '"older"' })).status).toBe(200);
	});

	it("is not repeated to who has it", async () => {
		expect((await file({ "if-none-match": '"x", W/"abc"' })).status).toBe(304);
		expect((await file({ "if-none-match": '"x"' })).status).toBe(200);
	});

	it("by HEAD has the headers alone", async () => {
		const response = await file({}, "HEAD");
		expect(response.status).toBe(200);
		expect(response.headers.get("content-length")).toBe("10");
		expect(await response.text()).toBe("");
	});

	it.each(["sets/none.csv", "uploads/1", "..%2f..%2fetc%2fpasswd", "sets/..%2Fx", "a//b", "."])(
		"of %s is not found",
		async (key) => {
			expect((await file({}, "GET", key)).status).toBe(404);
		},
	);

	it("asks who comes, and what they may", async () => {
		expect((await file({ authorization: "rubbish" })).status).toBe(401);
		const poor = await file({ authorization: "Bearer poor" });
		expect(poor.status).toBe(403);
		expect(await poor.json()).toMatchObject({ errors: [{ extensions: { code: "FORBIDDEN" } }] });
	});
});

describe("an upload", () => {
	it("streams in, above the limit of other bodies", async () => {
		const body = Buffer.alloc(12 * 1024 * 1024, "a");
		const response = await fetch(`${running.url}/files/uploads/u1`, { method: "PUT", body });
		expect(response.status).toBe(200);
		expect(await response.json()).toEqual({ byteCount: body.byteLength });
		expect(running.uploads.get("u1")?.equals(body)).toBe(true);
	});

	it("asks who comes", async () => {
		const response = await fetch(`${running.url}/files/uploads/u2`, {
			method: "PUT",
			body: "x",
			headers: { authorization: "rubbish" },
		});
		expect(response.status).toBe(401);
		expect(running.uploads.has("u2")).toBe(false);
	});
});
