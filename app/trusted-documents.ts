import { readFile } from "node:fs/promises";
import { FeaturegraphError } from "../core/errors/featuregraph-error.ts";
import { readTrustedDocuments, type TrustedDocuments } from "../gateway/admit/trusted-documents.ts";
import type { Configuration } from "./configuration/configuration.ts";

/** The documents of the manifest that is configured; null: there is none. Throws CONFIGURATION_INVALID for one that cannot be read. */
export async function trustedDocumentsOf({
	trustedDocuments: file,
}: Pick<Configuration, "trustedDocuments">): Promise<TrustedDocuments | null> {
	return file === null ? null : readTrustedDocuments(await contentOf(file), file);
}

async function contentOf(file: string): Promise<string> {
	try {
		return await readFile(file, "utf8");
	} catch (error) {
		throw new FeaturegraphError(
			"CONFIGURATION_INVALID",
			`The manifest of trusted documents ${file} cannot be read.`,
			{ name: "FEATUREGRAPH_TRUSTED_DOCUMENTS", hint: "Name a file that is there." },
			{ cause: error },
		);
	}
}
