/** Who asks. Every use case takes one. */
export interface Principal {
	/** Stable, for audit: `anonymous`, `token:ci`, `system:schedule`. */
	readonly id: string;
	readonly permissions: ReadonlySet<Permission>;
	/** Projects it may touch; null: all. */
	readonly projects: ReadonlySet<string> | null;
}

export const permissions = [
	"READ",
	"READ_VALUES",
	"WRITE_VALUES",
	"WRITE_DEFINITIONS",
	"WRITE_MODELS",
	"WRITE_ALERTS",
] as const;
export type Permission = (typeof permissions)[number];
