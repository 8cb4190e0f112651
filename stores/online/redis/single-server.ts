import type { Redis } from "ioredis";
import type { OnlineWrite } from "../../../core/ports/online-store.ts";
import { closeClient } from "./connect.ts";
import { keepNewer, loadKeepNewer } from "./keep-newer.ts";
import { keepNewerPacked } from "./keep-newer-packed.ts";
import { mget } from "./mget.ts";
import { bytesPerScript, inTurn, type ReadPreference, type RedisServers, writesPerScript } from "./redis-servers.ts";

/** Keys of one MGET; more go as further ones on the same round trip. */
const keysPerRead = 10_000;
/** Scripts under way at once, so that a large batch does not fill memory twice. */
const scriptsInFlight = 8;

interface Connections {
	/** So that a read does not wait behind a batch of writes. */
	readonly writer: Redis;
	readonly readers: readonly Redis[];
	readonly replicas: readonly Redis[];
}

/** One Redis server, read by one MGET; serving reads may go to copies of it. */
export function singleServer({ writer, readers, replicas }: Connections, preference: ReadPreference): RedisServers {
	const all = [writer, ...readers, ...replicas];
	const reader = inTurn(readers);
	const replica = inTurn(replicas);
	const fromPrimary: RedisServers["read"] = (keys) => readAll(reader(), keys);
	const fromReplica: RedisServers["read"] = (keys) => readAll(replica(), keys);
	const reads = {
		primary: fromPrimary,
		primaryPreferred: (keys) => fromPrimary(keys).catch(() => fromReplica(keys)),
		replicaPreferred: (keys) => fromReplica(keys).catch(() => fromPrimary(keys)),
	} satisfies Record<ReadPreference, RedisServers["read"]>;

	return {
		isCluster: false,
		read: fromPrimary,
		readForServing: replicas.length === 0 ? fromPrimary : reads[preference],
		async keepNewer(writes) {
			const parts = inParts(writes);
			let outcomes = "";
			for (let start = 0; start < parts.length; start += scriptsInFlight) {
				const window = parts.slice(start, start + scriptsInFlight);
				outcomes += (await Promise.all(window.map((part) => keepNewer(writer, part)))).join("");
			}
			return outcomes;
		},
		keepNewerPacked: (batch) => keepNewerPacked(writer, batch),
		primaries: () => Promise.resolve([writer]),
		async connect() {
			await Promise.all([loadKeepNewer(writer), ...[...readers, ...replicas].map((client) => client.ping())]);
		},
		async ping() {
			await writer.ping();
		},
		async close() {
			await Promise.all(all.map(closeClient));
		},
	};
}

function readAll(client: Redis, keys: readonly Uint8Array[]): Promise<(Buffer | null)[]> {
	if (keys.length <= keysPerRead) return mget(client, keys);
	const parts: Promise<(Buffer | null)[]>[] = [];
	for (let start = 0; start < keys.length; start += keysPerRead) {
		parts.push(mget(client, keys.slice(start, start + keysPerRead)));
	}
	return Promise.all(parts).then((replies) => replies.flat());
}

/** Writes in the order given, each part short enough for one script. */
function inParts(writes: readonly OnlineWrite[]): OnlineWrite[][] {
	const parts: OnlineWrite[][] = [];
	let part: OnlineWrite[] = [];
	let bytes = 0;
	for (const write of writes) {
		if (part.length === writesPerScript || (part.length > 0 && bytes + write.value.length > bytesPerScript)) {
			parts.push(part);
			part = [];
			bytes = 0;
		}
		part.push(write);
		bytes += write.value.length;
	}
	if (part.length > 0) parts.push(part);
	return parts;
}
