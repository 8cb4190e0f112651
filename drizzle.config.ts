import { defineConfig } from "drizzle-kit";

export default defineConfig({
	dialect: "postgresql",
	schema: "./stores/postgres/tables/*.ts",
	out: "./stores/postgres/migrations",
});
