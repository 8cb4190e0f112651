import type { RegistrySnapshot } from "../registry/snapshot.ts";

/** What use cases outside the registry need of it. */
export interface RegistryReader {
	/** The registry of a project as it is now. UNKNOWN_PROJECT, with the nearest names. */
	snapshot(project: string): Promise<RegistrySnapshot>;
	/** Names of all projects. */
	projects(): Promise<readonly string[]>;
	/** A view version has values for all keys: it answers online from now on, if it is the newest that does. Idempotent. */
	markOnline(viewVersionId: number): Promise<void>;
}
