/** Writes `docs/errors.md` from the error catalogue; with `--check` fails when it is not up to date. */
import { readFile, writeFile } from "node:fs/promises";
import { errorCatalogue } from "../core/errors/catalogue.ts";

const filename = "docs/errors.md";

const rows = Object.entries(errorCatalogue).map(
	([code, { status, meaning }]) => `| \`${code}\` | ${status} | ${meaning} |`,
);
const content = `<!-- Generated from core/errors/catalogue.ts by \`npm run generate:errors\`. -->
# Errors

Every error that a caller can mend has a stable code, says what was named, which valid names lie nearest, and what to do
next. A failed request is an entry of \`errors\` with \`extensions: {code, name, nearest, hint, index}\`; an expected outcome of
a mutation is an entry of its \`userErrors\`, with the same fields. Outside GraphQL (files, health) the code comes as JSON with
the HTTP status below. Whatever is not listed here is masked as \`INTERNAL_SERVER_ERROR\`, and the log has it under the
request id.

| code | HTTP | meaning |
|---|---|---|
${rows.join("\n")}
`;

const present = await readFile(filename, "utf8").catch(() => null);
if (present === content) process.stdout.write(`${filename} is up to date.\n`);
else if (process.argv.includes("--check")) {
	process.stderr.write(`${filename} is not what the error catalogue says.\nMend with: npm run generate:errors\n`);
	process.exitCode = 1;
} else {
	await writeFile(filename, content);
	process.stdout.write(`Wrote ${filename}.\n`);
}
