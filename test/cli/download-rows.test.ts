import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connection } from "../../cli/client/connection.ts";
import { downloadRows } from "../../cli/client/download-rows.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/server.ts";

const parts: Readonly<Record<string, string>> = { "part-00000.csv": "a\n1\n", "part-00001.csv": "a\n2\n" };
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("the rows of a training set in parts", () => {
	let folder: TemporaryFolder;
	let server: Server;
	let connection: Connection;
	let second = sha256(parts["part-00001.csv"] ?? "");
	beforeAll(async () => {
		folder = await temporaryFolder();
		server = createServer((request, response) => {
			const name = request.url?.split("/").at(-1) ?? "";
			const files = [
				{ name: "part-00000.csv", sha256: sha256(parts["part-00000.csv"] ?? "") },
				{ name: "part-00001.csv", sha256: second },
			];
			response.end(name === "manifest.json" ? JSON.stringify({ files }) : parts[name]);
		});
		await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
		const { port } = server.address() as AddressInfo;
		connection = { url: `http://127.0.0.1:${port}`, token: undefined, project: "default", json: false };
	});
	afterAll(async () => {
		server.closeAllConnections();
		await new Promise((resolve) => server.close(resolve));
		await folder.remove();
	});

	it("become a folder of their files and the manifest; one that is not as it says is refused", async () => {
		const path = join(folder.path, "rows");
		const url = "/files/training-sets/id/manifest.json";
		await downloadRows(connection, url, path);
		expect((await readdir(path)).sort()).toEqual(["manifest.json", ...Object.keys(parts)]);
		for (const [name, text] of Object.entries(parts)) expect(await readFile(join(path, name), "utf8")).toBe(text);

		second = sha256("something else");
		await expect(downloadRows(connection, url, path)).rejects.toMatchObject({ errors: [{ code: "FILE_CHANGED" }] });
	});
});
