import type { Cluster, Redis } from "ioredis";
import { dispatch, groupBySlot, type Preference, type SlotGroup } from "./cluster-dispatch.ts";
import { everyPrimary } from "./cluster-primaries.ts";
import { whenReady } from "./cluster-ready.ts";
import { closeClient } from "./connect.ts";
import { addKeepNewer, keepNewer, loadKeepNewer } from "./keep-newer.ts";
import { bytesPerScript, inTurn, type ReadPreference, type RedisServers, writesPerScript } from "./redis-servers.ts";

/** Keys of one MGET. */
const keysPerRead = 10_000;
/** Of one round of pipelines, so that a large batch does not fill memory twice. */
const writesPerRound = 5_000;
const bytesPerRound = 16 << 20;

const orders: Readonly<Record<ReadPreference, Preference>> = {
	primary: ["primary"],
	primaryPreferred: ["primary", "replica"],
	replicaPreferred: ["replica", "primary"],
};

interface Connections {
	/** So that a read does not wait behind a batch of writes. */
	readonly writer: Cluster;
	readonly readers: readonly Cluster[];
	/** Of a whole read or round of writes, redirections and waiting for a failover included. */
	readonly deadlineMs: number;
}

/** A cluster: what an operation asks of a node goes there as one pipeline, one command per slot. */
export function clusterServers({ writer, readers, deadlineMs }: Connections, preference: ReadPreference): RedisServers {
	const all = [writer, ...readers];
	const reader = inTurn(readers.map((cluster) => ({ cluster, ready: whenReady(cluster, deadlineMs) })));
	const writerReady = whenReady(writer, deadlineMs);
	// A node that is connected anew may have been started anew, and is another object.
	const prepared = new WeakSet<Redis>();
	const prepareNode = async (node: Redis): Promise<void> => {
		await loadKeepNewer(node);
		prepared.add(node);
	};
	const readBy = (order: Preference) => (keys: readonly Uint8Array[]) =>
		within(deadlineMs, readSlots(reader(), keys, order));

	const pingWhenReady = async (): Promise<void> => {
		await writerReady();
		await writer.ping();
	};

	return {
		isCluster: true,
		read: readBy(orders.primary),
		readForServing: readBy(orders[preference]),
		async keepNewer(writes) {
			const outcomes = Buffer.alloc(writes.length, "0");
			const sizeOf = (position: number): number => writes[position]?.value.length ?? 0;
			const groups = groupBySlot(
				writes.map(({ key }) => key),
				{ mostKeys: writesPerScript, bytes: { of: sizeOf, most: bytesPerScript } },
			);
			for (const round of inRounds(groups, sizeOf)) await within(deadlineMs, writeRound(round));
			return outcomes.toString("latin1");

			function writeRound(round: readonly SlotGroup[]): Promise<void> {
				const some = (positions: readonly number[]) => positions.flatMap((position) => writes[position] ?? []);
				return dispatch(writer, round, orders.primary, {
					ready: writerReady,
					prepare: (node) => (prepared.has(node) ? undefined : prepareNode(node)),
					add: (pipeline, positions) => addKeepNewer(pipeline, some(positions)),
					alone: (position) => keepNewer(writer, some([position])),
					take(positions, reply) {
						const characters = String(reply);
						for (const [i, position] of positions.entries()) outcomes[position] = characters.charCodeAt(i);
					},
				});
			}
		},
		async primaries() {
			await writerReady();
			return everyPrimary(writer);
		},
		async connect() {
			await within(
				deadlineMs,
				Promise.all(
					all.map(async (client) => {
						// Makes it know the nodes; then each of them.
						await client.ping();
						await Promise.all(client.nodes().map((node) => node.ping()));
					}),
				),
			);
		},
		async ping() {
			await within(deadlineMs, pingWhenReady());
		},
		async close() {
			await Promise.all(all.map(closeClient));
		},
	};
}

interface Reader {
	readonly cluster: Cluster;
	readonly ready: ReturnType<typeof whenReady>;
}

async function readSlots(
	{ cluster, ready }: Reader,
	keys: readonly Uint8Array[],
	order: Preference,
): Promise<(Buffer | null)[]> {
	const [first] = keys as [Buffer];
	// A single key needs no pipeline: the client itself finds its node.
	if (keys.length === 1 && order === orders.primary) {
		if (cluster.status !== "ready") await ready();
		return [await cluster.getBuffer(first)];
	}
	const values = new Array<Buffer | null>(keys.length).fill(null);
	const groups = groupBySlot(keys, { mostKeys: keysPerRead });
	await dispatch(cluster, groups, order, {
		ready,
		add: (pipeline, positions) => void pipeline.mgetBuffer(positions.map((position) => keys[position] as Buffer)),
		alone: async (position) => [await cluster.getBuffer(keys[position] as Buffer)],
		take(positions, reply) {
			for (const [i, position] of positions.entries()) values[position] = (reply as (Buffer | null)[])[i] ?? null;
		},
	});
	return values;
}

function* inRounds(groups: readonly SlotGroup[], sizeOf: (position: number) => number): Generator<SlotGroup[]> {
	let round: SlotGroup[] = [];
	let [writes, bytes] = [0, 0];
	for (const group of groups) {
		round.push(group);
		writes += group.positions.length;
		for (const position of group.positions) bytes += sizeOf(position);
		if (writes >= writesPerRound || bytes >= bytesPerRound) {
			yield round;
			round = [];
			[writes, bytes] = [0, 0];
		}
	}
	if (round.length > 0) yield round;
}

/** The client of a cluster has no deadline while it looks for its nodes. */
async function within<T>(deadlineMs: number, work: Promise<T>): Promise<T> {
	const late = Promise.withResolvers<never>();
	const timer = setTimeout(() => late.reject(new Error("Command timed out")), deadlineMs);
	try {
		return await Promise.race([work, late.promise]);
	} finally {
		clearTimeout(timer);
	}
}
