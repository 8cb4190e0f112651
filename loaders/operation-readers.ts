import type { OnlineStore } from "../core/ports/online-store.ts";
import type { PackedReader } from "../services/serving/packed-reader.ts";
import { featureValuesLoader } from "./feature-values.ts";

/**
 * The readers of operations: everything that one client operation asks for, by the generic query or by typed fields,
 * goes through one. They hang on the operation's scope object and go with it.
 */
export function operationReaders(store: Pick<OnlineStore, "read">): (scope: object) => PackedReader {
	const readers = new WeakMap<object, PackedReader>();
	return (scope) => {
		const present = readers.get(scope);
		if (present !== undefined) return present;
		const reader = featureValuesLoader(store);
		readers.set(scope, reader);
		return reader;
	};
}
