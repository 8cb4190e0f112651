import type { Principal } from "../../core/ports/principal.ts";
import type { Endable } from "../endable.ts";

/** What two queries must have alike to be one. */
export interface ShareableQuery {
	/** One object for a generation of the graph, a document, an operation of it, and the way that it is planned. */
	readonly operation: object;
	readonly variables: Readonly<Record<string, unknown>>;
	readonly principal: Principal;
	/** Those that subgraphs may see. */
	readonly headers: Readonly<Record<string, unknown>> | undefined;
	/** Of this caller alone. */
	readonly until: Endable;
}
