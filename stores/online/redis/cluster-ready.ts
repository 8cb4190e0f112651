import type { Cluster } from "ioredis";

/**
 * Makes the function that waits until the client of a cluster knows its nodes, for so long at most. Commands that are given to the
 * client before wait there without an end, and are sent long after nobody wants them any more.
 */
export function whenReady(cluster: Cluster, deadlineMs: number): () => Promise<void> | undefined {
	const waiting = new Set<() => void>();
	cluster.on("ready", () => {
		for (const go of waiting) go();
	});
	return () => {
		if (cluster.status === "ready") return undefined;
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => {
				waiting.delete(go);
				reject(new Error("Connection is closed: no node of the cluster answers"));
			}, deadlineMs);
			const go = (): void => {
				clearTimeout(timer);
				waiting.delete(go);
				resolve();
			};
			waiting.add(go);
		});
	};
}
