/**
 * `npm run -s bench -- NAME`: runs bench/NAME.ts, which exports its `run`. Progress goes to stderr; the last line of
 * stdout is one line of JSON: {name, figures, ratios, goals, met}.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark } from "./result.ts";

const name = process.argv[2] ?? "";
const path = join(import.meta.dirname, `${name}.ts`);
if (!/^[a-z][a-z0-9-]*$/.test(name) || name === "main" || name === "result" || !existsSync(path)) {
	process.stderr.write(
		`There is no benchmark "${name}". Each file of bench/ is one: npm run -s bench -- online-store\n`,
	);
	process.exit(2);
}

const { run } = (await import(path)) as { readonly run: Benchmark };
const { figures, ratios, goals } = await run();
const met = Object.entries(goals).every(([goal, least]) => (ratios[goal] ?? figures[goal] ?? Number.NaN) >= least);
process.stdout.write(`${JSON.stringify({ name, figures, ratios, goals, met })}\n`);
