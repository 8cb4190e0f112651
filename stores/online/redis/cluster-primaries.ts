import type { Cluster, Redis } from "ioredis";

const slots = 16_384;

/**
 * The holders of all slots. Throws where one of them is not connected: whoever goes through all keys would take those that he
 * does not see for none.
 */
export function everyPrimary(cluster: Cluster): readonly Redis[] {
	const connected = new Map(cluster.nodes().map((node) => [`${node.options.host}:${node.options.port}`, node]));
	const primaries = new Set<Redis>();
	for (let slot = 0; slot < slots; slot++) {
		const [holder] = cluster.slots[slot] ?? [];
		const node = holder === undefined ? undefined : connected.get(holder);
		if (node === undefined) throw new Error("Connection is closed: a part of the cluster does not answer");
		primaries.add(node);
	}
	return [...primaries];
}
