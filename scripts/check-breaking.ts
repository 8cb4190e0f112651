/**
 * `npm run check:breaking [REF]`: does the contract break clients of the one at REF, a commit or a tag? By default of the
 * last release, or of the commit before where there is none. What breaks on purpose is what a major version is for.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { breakingChanges } from "../schema/breaking-changes.ts";

const file = "schema/supergraph.graphql";
const git = (...args: readonly string[]): string =>
	execFileSync("git", args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024, stdio: ["ignore", "pipe", "pipe"] });

const ref = process.argv[2] ?? lastRelease() ?? "HEAD~1";
const changes = breakingChanges(git("show", `${ref}:${file}`), readFileSync(file, "utf8"));
if (changes.length === 0) process.stdout.write(`Nothing that was asked at ${ref} is broken.\n`);
else {
	process.stderr.write(`These break clients of ${ref}:\n${changes.map((change) => `- ${change}`).join("\n")}\n`);
	process.exitCode = 1;
}

function lastRelease(): string | null {
	try {
		return git("describe", "--tags", "--abbrev=0").trim();
	} catch {
		return null;
	}
}
