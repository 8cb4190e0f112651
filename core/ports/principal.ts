/** Who asks. Every use case takes one. */
export interface Principal {
	/** Stable, for audit: `anonymous`, `token:ci`, `system:schedule`. */
	readonly id: string;
	readonly permissions: ReadonlySet<Permission>;
	/** Projects it may touch; null: all. */
	readonly projects: ReadonlySet<string> | null;
	/** Absent: it brought none, and `@authenticated` fields are withheld from it, whatever its permissions. */
	readonly credential?: Credential;
}

/** What a credential says of its bearer, for the access directives of a graph. Permissions need not be repeated. */
export interface Credential {
	/** For `@requiresScopes`, beside the permissions. */
	readonly scopes: ReadonlySet<string>;
	/** For `@policy`. */
	readonly policies: ReadonlySet<string>;
	/** When it runs out, in milliseconds since 1970: connections that it opened are ended then. Absent: never. */
	readonly expiresAt?: number;
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
