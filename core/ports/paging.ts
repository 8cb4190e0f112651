export interface Page {
	readonly first: number;
	/** Cursor: the key of the last row seen; null: from the start. */
	readonly after: string | null;
}

export interface Paged<T> {
	readonly rows: readonly T[];
	readonly hasNextPage: boolean;
}
