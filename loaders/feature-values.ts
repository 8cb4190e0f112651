import { newUse, type OnlineReads, type PackedReader } from "../services/serving/read/packed-reader.ts";

type Packed = readonly (Uint8Array | null)[];

/** A list of keys that some field asks for. */
interface Asked {
	readonly keys: readonly Uint8Array[];
	readonly resolve: (values: Packed) => void;
	readonly reject: (reason: unknown) => void;
}

/**
 * One reader per operation: everything that its fields ask for in one step becomes one `OnlineStore.read`, and no key
 * is read twice in the operation. A request is a list of keys, so that a big one costs one promise.
 */
export function featureValuesLoader(store: OnlineReads, use = newUse()): PackedReader {
	const answered: Answered[] = [];
	const known = new Map<string, Uint8Array | null>();
	let asked: Asked[] = [];

	return {
		use,
		read(keys) {
			if (keys.length === 0) return Promise.resolve([]);
			if (asked.length === 0) afterOthers(() => void dispatch());
			return new Promise((resolve, reject) => asked.push({ keys, resolve, reject }));
		},
	};

	async function dispatch(): Promise<void> {
		const requests = asked;
		asked = [];
		try {
			const answers = await answersTo(requests.map(({ keys }) => keys));
			for (const [i, { resolve }] of requests.entries()) resolve(answers[i] as Packed);
		} catch (error) {
			for (const { reject } of requests) reject(error);
		}
	}

	async function answersTo(requests: readonly (readonly Uint8Array[])[]): Promise<readonly Packed[]> {
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
	}
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
