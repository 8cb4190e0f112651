import type { Micros } from "../values/value.ts";

/** Who did what to what. Written with the change itself, never rewritten. */
export interface AuditEntry {
	readonly at: Micros;
	/** `Principal.id`. */
	readonly actor: string;
	/** `registry.apply`, `alert.acknowledge` … */
	readonly action: string;
	/** Null: it belongs to no project. */
	readonly project: string | null;
	/** What it was done to: a name or an id. */
	readonly subject: string;
	/** JSON. No secrets, no values. */
	readonly details: Readonly<Record<string, unknown>>;
}

export interface AuditLog {
	append(entry: AuditEntry): Promise<void>;
	/** Newest first, of one project. */
	recent(project: string, limit: number): Promise<readonly AuditEntry[]>;
}
