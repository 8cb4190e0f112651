import type { Owner } from "../../core/definitions/model.ts";
import { encodeOwnerId } from "../../core/registry/node-id.ts";

export interface OwnerNode {
	readonly id: string;
	readonly name: string;
	readonly contact: string | null;
}

/** Owners have no row: a name and a contact make one. */
export function ownerNode(owner: Owner | null): OwnerNode | null {
	return owner === null ? null : { id: encodeOwnerId(owner), name: owner.name, contact: owner.contact ?? null };
}
