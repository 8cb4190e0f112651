import { Cluster } from "ioredis";
import type { RedisClient } from "./connect.ts";
import { keySlot } from "./key-slot.ts";

/**
 * Positions of keys, grouped by what one command may hold: all of them on one server, those of one slot on a cluster;
 * at most `limit`, and at most `limitBytes` where sizes are given (one at least).
 */
export function partition(
	client: RedisClient,
	keys: readonly Uint8Array[],
	limit: number,
	bytes: { readonly of: (index: number) => number; readonly limit: number } | null,
): number[][] {
	const groups: number[][] = [];
	const open = new Map<number, { positions: number[]; bytes: number }>();
	const isCluster = client instanceof Cluster;
	for (let index = 0; index < keys.length; index++) {
		const slot = isCluster ? keySlot(keys[index] as Uint8Array) : 0;
		const size = bytes?.of(index) ?? 0;
		let group = open.get(slot);
		if (group === undefined || group.positions.length === limit || (bytes && group.bytes + size > bytes.limit)) {
			group = { positions: [], bytes: 0 };
			open.set(slot, group);
			groups.push(group.positions);
		}
		group.positions.push(index);
		group.bytes += size;
	}
	return groups;
}
