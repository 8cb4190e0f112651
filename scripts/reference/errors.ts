import { errorCatalogue } from "../../core/errors/catalogue.ts";

/** `docs/errors.md`, from the error catalogue. */
export function errorsReference(): string {
	const rows = Object.entries(errorCatalogue).map(
		([code, { status, meaning }]) => `| \`${code}\` | ${status} | ${meaning} |`,
	);
	return `<!-- Generated from core/errors/catalogue.ts by \`npm run generate:reference\`. -->
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
}
