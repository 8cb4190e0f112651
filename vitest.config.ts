import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
	// Node loads graphql as CommonJS, Vite by its `module` field: one of the two, or there are two realms of types.
	resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve("graphql")) }] },
	test: {
		include: ["test/**/*.test.ts"],
		reporters: ["default", "./test/support/closing-line.ts"],
		globalSetup: ["test/support/global-setup.ts"],
		// For a machine that is shared and slow: what waits, waits for a condition, and ends as soon as it holds.
		testTimeout: 120_000,
		hookTimeout: 120_000,
		expect: { poll: { timeout: 30_000, interval: 20 } },
		pool: "forks",
		maxWorkers: 2,
	},
});
