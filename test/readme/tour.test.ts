import { execFile } from "node:child_process";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, data } from "../support/graphql-client.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../support/server.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const readme = await readFile(join(root, "README.md"), "utf8");

interface Block {
	readonly language: string;
	readonly text: string;
}

const blocks: Block[] = [...readme.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, language = "", text = ""]) => ({
	language,
	text,
}));

/** Each block of the tour with what the README says it prints, where it does. */
const tour = blocks.flatMap(({ language, text }, index) => {
	const next = blocks[index + 1];
	return language === "sh tour" ? [{ script: text, prints: next?.language === "text" ? next.text : null }] : [];
});

describe("the README's tour", () => {
	let folder: TemporaryFolder;
	let server: TestServer;
	beforeAll(async () => {
		folder = await temporaryFolder();
		// `npx` finds the command here as it does in the repository.
		await mkdir(join(folder.path, "node_modules", ".bin"), { recursive: true });
		await symlink(join(root, "cli/featuregraph.ts"), join(folder.path, "node_modules", ".bin", "featuregraph"));
		server = await startServer({ folder: folder.path });
	});
	afterAll(async () => {
		await server.stop();
		await folder.remove();
	});

	it("has blocks, and no other command than those it runs", () => {
		expect(tour.length).toBeGreaterThan(5);
		for (const { language, text } of blocks) {
			if (language !== "sh tour") expect(text).not.toContain("npx featuregraph");
		}
	});

	it.each(tour)("runs $script", async ({ script, prints }) => {
		const { code, stdout, stderr } = await run(script, folder.path, server.url);
		expect(code, `${stdout}\n${stderr}`).toBe(0);
		if (prints !== null) expect(lines(stdout)).toEqual(lines(prints));
	});

	it("shows queries that are answered", async () => {
		const queries = blocks.filter(({ language }) => language === "graphql");
		expect(queries).toHaveLength(1);
		for (const { text } of queries) {
			expect((await ask(server, text)).errors).toBeUndefined();
			expect(await data(server, text)).toEqual({
				entities: {
					driver: { features: { driverLastTrip: { fare: 7.25, rating: 4 }, driverOffer: { offer: 10.875 } } },
				},
			});
		}
	});
});

/** Tables are padded; that is not what the tour is about. */
const lines = (text: string): string[] =>
	text
		.split("\n")
		.map((line) => line.trim())
		.filter((line) => line !== "");

function run(script: string, cwd: string, url: string): Promise<{ code: unknown; stdout: string; stderr: string }> {
	const env = {
		...process.env,
		PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
		FEATUREGRAPH_URL: url,
		PORT: new URL(url).port,
		NO_COLOR: "1",
	};
	return new Promise((resolve) => {
		execFile("bash", ["-euo", "pipefail", "-c", script], { cwd, env }, (error, stdout, stderr) =>
			resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
		);
	});
}
