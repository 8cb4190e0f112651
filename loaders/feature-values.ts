import DataLoader from "dataloader";
import { newUse, type OnlineReads, type PackedReader } from "../services/serving/packed-reader.ts";

type Packed = readonly (Uint8Array | null)[];

/**
 * One reader per operation: everything that its fields ask for in one step becomes one `OnlineStore.read`, and no key
 * is read twice in the operation. A request is a list of keys, so that a big one costs one promise.
 */
export function featureValuesLoader(store: OnlineReads, use = newUse()): PackedReader {
	const answered: Answered[] = [];
	const known = new Map<string, Uint8Array | null>();
	const loader = new DataLoader<readonly Uint8Array[], Packed>(
		async (requests) => {
			// Most operations ask once, and whoever asks names no key twice: then there is nothing to look up.
			if (requests.length === 1 && answered.length === 0 && known.size === 0) {
				const [keys] = requests as readonly [readonly Uint8Array[]];
				const values = await store.read(keys, use);
				answered.push({ keys, values });
				return [values];
			}
			for (const { keys, values } of answered.splice(0)) {
				for (const [i, key] of keys.entries()) known.set(nameOf(key), values[i] ?? null);
			}
			const names = requests.map((keys) => keys.map(nameOf));
			const wanted = new Map<string, Uint8Array>();
			for (const [r, keys] of requests.entries()) {
				for (const [k, key] of keys.entries()) {
					const name = names[r]?.[k] as string;
					if (!known.has(name)) wanted.set(name, key);
				}
			}
			if (wanted.size > 0) {
				const values = await store.read([...wanted.values()], use);
				let i = 0;
				for (const name of wanted.keys()) known.set(name, values[i++] ?? null);
			}
			return names.map((list) => list.map((name) => known.get(name) ?? null));
		},
		{ cache: false, batchScheduleFn: afterOthers },
	);
	return { use, read: (keys) => (keys.length === 0 ? Promise.resolve([]) : loader.load(keys)) };
}

/**
 * When the loaders of this step have gathered, and asked here: typed fields are gathered by rows first, and what they
 * read is one read with that of the other fields.
 */
const afterOthers = (dispatch: () => void): void => afterStep(() => afterStep(dispatch));

/** As DataLoader itself waits: until the promises that are settled now have called back. */
function afterStep(work: () => void): void {
	void Promise.resolve().then(() => process.nextTick(work));
}

interface Answered {
	readonly keys: readonly Uint8Array[];
	readonly values: Packed;
}

/** The bytes of a key as a string, one unit per byte. */
const nameOf = (key: Uint8Array): string => Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1");
