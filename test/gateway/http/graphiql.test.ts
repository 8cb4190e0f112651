import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Running, startGateway } from "../support/gateway.ts";

const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const missing = !existsSync(executablePath) && process.env["CI"] !== "true";
const flags =
	"--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

/** Fills an editor of the page, without its completion of brackets. */
async function type(page: Page, selector: string, text: string): Promise<void> {
	await page.evaluate(
		`document.querySelector(${JSON.stringify(selector)}).CodeMirror.setValue(${JSON.stringify(text)})`,
	);
}

describe.skipIf(missing)(`GraphiQL${missing ? ` (skipped: no Chromium at ${executablePath})` : ""}`, () => {
	let running: Running;
	let browser: Browser;
	beforeAll(async () => {
		running = await startGateway();
		browser = await chromium.launch({ executablePath, args: flags.split(" ") });
	});
	afterAll(async () => {
		await browser.close();
		await running.gateway.close();
	});

	/** Opens the page and records what it asked for and what went wrong. */
	async function open(query: string) {
		const page = await browser.newPage();
		const requested: string[] = [];
		const wrong: string[] = [];
		page.on("request", (request) => requested.push(request.url()));
		page.on("requestfailed", (request) => wrong.push(`failed: ${request.url()}`));
		page.on("response", (response) => {
			if (response.status() >= 400) wrong.push(`${response.status()}: ${response.url()}`);
		});
		page.on("pageerror", (error) => wrong.push(error.message));
		page.on("console", (message) => {
			if (message.type() === "error") wrong.push(message.text());
		});
		await page.goto(`${running.url}/graphql?query=${encodeURIComponent(query)}`);
		await page.waitForSelector(".graphiql-execute-button");
		const run = () => page.click(".graphiql-execute-button");
		const shown = () => page.innerText(".result-window");
		return { page, requested, wrong, run, shown };
	}

	it("loads from this server alone, under its strict policy, and runs a query", async () => {
		const { page, requested, wrong, run, shown } = await open("{ things { name value } }");
		await run();
		await expect.poll(shown).toContain('"value": 20');
		expect(requested.filter((url) => !url.startsWith(running.url) && !url.startsWith("data:"))).toEqual([]);
		expect(wrong).toEqual([]);
		const screenshot = process.env["GRAPHIQL_SCREENSHOT"];
		if (screenshot !== undefined) await page.screenshot({ path: screenshot });
		await page.close();
	});

	it("follows a subscription over the WebSocket, with the headers tab as its credentials", async () => {
		const { page, wrong, run, shown } = await open("subscription { changes { name reader } }");
		await page.getByRole("button", { name: "Headers" }).click();
		await type(
			page,
			".graphiql-editor-tool .graphiql-editor:not(.hidden) .CodeMirror",
			'{"authorization": "Bearer alice"}',
		);
		await run();
		await expect.poll(() => running.world.listening).toBe(1);
		running.world.emit("1");
		await expect.poll(shown).toContain('"name": "one"');
		expect(await shown()).toContain('"reader": "alice"');
		running.world.emit("2");
		await expect.poll(shown).toContain('"name": "two"');
		await run();
		await expect.poll(() => running.world.listening).toBe(0);
		expect(wrong).toEqual([]);
		await page.close();
	});

	it("offers the explorer", async () => {
		const { page, wrong } = await open("{ served }");
		await page.getByRole("button", { name: "Show GraphiQL Explorer" }).click();
		await page.waitForSelector(".docExplorerWrap, .graphiql-explorer-root");
		expect(wrong).toEqual([]);
		await page.close();
	});
});
