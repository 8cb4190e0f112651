import { createHash } from "node:crypto";
import { type DocumentNode, print } from "graphql";

/** All that a plan follows from, but the graph: a cache belongs to one generation of it. */
export interface PlanKeyParts {
	readonly document: DocumentNode;
	readonly operationName: string | null;
	/** `Override.key`. */
	readonly override: string;
	/** `WithheldFields.key`. */
	readonly withheld: string;
	/** What decides the conditions of the document, where plans are made for each way that they can fall. */
	readonly conditions?: string;
}

/** Equal for the same operation of the same text, planned under the same terms. */
export function planKey({ document, operationName, override, withheld, conditions = "" }: PlanKeyParts): string {
	// Names, masks and conditions hold no space, so that no two different parts make one key.
	return `${hashOf(document)} ${operationName ?? ""} ${override} ${withheld} ${conditions}`;
}

const hashes = new WeakMap<DocumentNode, string>();

/** Of the text that it was parsed from, as it stands. */
function hashOf(document: DocumentNode): string {
	const known = hashes.get(document);
	if (known !== undefined) return known;
	const hash = createHash("sha256")
		.update(document.loc?.source.body ?? print(document))
		.digest("base64url");
	hashes.set(document, hash);
	return hash;
}
