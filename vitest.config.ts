import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
	// Node loads graphql as CommonJS, Vite by its `module` field: one of the two, or there are two realms of types.
	resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve("graphql")) }] },
	test: {
		include: ["test/**/*.test.ts"],
		reporters: ["default", "./test/support/closing-line.ts"],
		globalSetup: ["test/support/global-setup.ts"],
		testTimeout: 30_000,
		hookTimeout: 60_000,
		pool: "forks",
		maxWorkers: 2,
	},
});
