import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";

/** Where an artifact may lie: stores that are reached by a name, not files of the machine that happens to serve it. */
const schemes = new Set([
	"s3:",
	"gs:",
	"http:",
	"https:",
	"az:",
	"abfs:",
	"abfss:",
	"wasbs:",
	"hdfs:",
	"dbfs:",
	"models:",
	"runs:",
	"mlflow-artifacts:",
	"hf:",
	"oci:",
	"memory:",
]);
const longest = 2000;

/** Refuses an address that would lead a reader into the server's own files, or out of the folder it names. */
export function checkArtifactUri(uri: string): void {
	const refuse = (why: string): never => {
		throw new FeaturegraphError("BAD_USER_INPUT", `\`artifactUri\` ${why}: "${uri.slice(0, 200)}".`, {
			path: ["artifactUri"],
			name: uri.slice(0, 200),
			hint: `Give an address with one of the schemes ${[...schemes].map((scheme) => `${scheme}//`).join(" ")}.`,
		});
	};
	if (uri.length > longest) refuse(`is longer than ${longest} characters`);
	const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(uri)?.[0].toLowerCase();
	if (scheme === undefined) return refuse("is a bare path");
	if (!schemes.has(scheme)) return refuse(`has the scheme ${scheme}// which is not served`);
	if (!uri.slice(scheme.length).startsWith("/")) return refuse("is no address");
	if (segmentsOf(uri).includes("..")) refuse("leads out of its folder by `..`");
}

function segmentsOf(uri: string): readonly string[] {
	let decoded = uri;
	try {
		// Twice, since some clients decode what a proxy has decoded already.
		decoded = decodeURIComponent(decodeURIComponent(uri));
	} catch {
		// Not an encoding: taken as it stands.
	}
	return decoded.split(/[/\\?#]/);
}
