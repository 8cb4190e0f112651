/** What applying definitions would change. */

export type ChangeAction = "CREATE" | "UPDATE" | "DELETE";
export type ChangeKind = "ENTITY" | "DATA_SOURCE" | "FEATURE_VIEW" | "FEATURE_SERVICE";

/** One field of a definition, by its path (`features.delay_mean_1h.type`); null where it is absent. */
export interface FieldChange {
	readonly path: string;
	readonly before: unknown;
	readonly after: unknown;
}

export interface DefinitionChange {
	readonly action: ChangeAction;
	readonly kind: ChangeKind;
	readonly name: string;
	/** False where only owner, tags and the like change, and where an earlier version becomes current again. */
	readonly makesNewVersion: boolean;
	readonly fields: readonly FieldChange[];
}

export interface Plan {
	/** SHA-256 (hex) of what would be applied, and of the registry version that it would be applied to. */
	readonly hash: string;
	/** That it starts from. */
	readonly registryVersion: number;
	readonly changes: readonly DefinitionChange[];
	readonly created: number;
	readonly updated: number;
	readonly deleted: number;
}
