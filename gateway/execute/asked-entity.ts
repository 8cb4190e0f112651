import type { Data } from "./data.ts";
import type { FieldFailure } from "./field-failure.ts";

/** An entity of the data, and the position of its representation in what is asked. */
export interface AskedEntity {
	readonly entity: Data;
	readonly position: number;
	/** Which of the places of its group it was found at. */
	readonly place: number;
	/** A field that the subgraph computes from is missing, because of this. */
	readonly incomplete: FieldFailure | null;
}
