import type { OnlineStore } from "../../core/ports/online-store.ts";

type Reads = Pick<OnlineStore, "read">;
type Values = Awaited<ReturnType<Reads["read"]>>;

/** Longer reads go by themselves: what they cost is their keys, and others would wait for these. */
const mostKeysEach = 32;
const mostKeysTogether = 512;

interface Waiting {
	readonly keys: readonly Uint8Array[];
	readonly resolve: (values: Values) => void;
	readonly reject: (reason: unknown) => void;
}

/**
 * Reads for which the same turn of the event loop asks go as one, when all that has come in is handled: of many callers at
 * once, a command each would cost more than its values. What fails them fails them together, so that this
 * is for one server, not for the nodes of a cluster.
 */
export function gatheredReads(reads: Reads): Reads {
	let waiting: Waiting[] = [];
	let keyCount = 0;
	const send = (): void => {
		const gathered = waiting;
		waiting = [];
		keyCount = 0;
		if (gathered.length > 0) void answer(reads, gathered);
	};
	return {
		read(keys) {
			if (keys.length > mostKeysEach) return reads.read(keys);
			if (keyCount + keys.length > mostKeysTogether) send();
			if (waiting.length === 0) setImmediate(send);
			keyCount += keys.length;
			return new Promise((resolve, reject) => waiting.push({ keys, resolve, reject }));
		},
	};
}

async function answer(reads: Reads, gathered: readonly Waiting[]): Promise<void> {
	try {
		const [only] = gathered as [Waiting];
		if (gathered.length === 1) {
			only.resolve(await reads.read(only.keys));
			return;
		}
		const values = await reads.read(gathered.flatMap(({ keys }) => keys));
		let from = 0;
		for (const { keys, resolve } of gathered) {
			resolve(values.slice(from, from + keys.length));
			from += keys.length;
		}
	} catch (error) {
		for (const { reject } of gathered) reject(error);
	}
}
