import type { Cluster } from "ioredis";

/**
 * Makes the function that waits until the client of a cluster knows its nodes, for so long at most, and not once it is closed. Commands
 * that are given to the client before wait there without an end, and are sent long after nobody wants them any more.
 */
export function whenReady(cluster: Cluster, deadlineMs: number): () => Promise<void> | undefined {
	const waiting = new Set<(error?: Error) => void>();
	const tell = (error?: Error): void => {
		for (const go of waiting) go(error);
	};
	cluster.on("ready", () => tell());
	cluster.on("end", () => tell(closed()));
	return () => {
		if (cluster.status === "ready") return undefined;
		if (cluster.status === "end") return Promise.reject(closed());
		return new Promise((resolve, reject) => {
			const go = (error?: Error): void => {
				clearTimeout(timer);
				waiting.delete(go);
				if (error === undefined) resolve();
				else reject(error);
			};
			const timer = setTimeout(() => go(new Error("Connection is closed: no node of the cluster answers")), deadlineMs);
			waiting.add(go);
		});
	};
}

const closed = (): Error => new Error("Connection is closed: the store was closed");
