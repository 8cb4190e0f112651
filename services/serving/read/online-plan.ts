import { type ColumnsDecoder, compileColumnsDecoder } from "../../../core/online/decode-columns.ts";
import { compileKeyEncoder } from "../../../core/online/key.ts";
import { onlineLayout } from "../../../core/online/layout.ts";
import type { BatchRead, ResolvedSelection } from "../../../core/reads/model.ts";
import type { Micros, Value } from "../../../core/values/value.ts";

const microsPerSecond = 1_000_000n;

/** One stored view of a selection, ready to be read. */
export interface CompiledRead {
	readonly read: BatchRead;
	readonly encodeKey: (values: readonly Value[]) => Uint8Array;
	/** Decodes `read.features`, in their order. */
	readonly decoder: ColumnsDecoder;
	readonly ttlMicros: Micros | null;
}

/** A selection with its codecs, made once per revision of the registry. */
export interface OnlinePlan extends Pick<ResolvedSelection, "batch" | "onDemand"> {
	readonly reads: readonly CompiledRead[];
	/** Whether any of its values can be too old to be shown. */
	readonly expires: boolean;
}

/** For the values of a plan of which none expires: it does not matter what time it is. */
export const anyTime: Micros = 0n;

export function compileOnlinePlan(
	projectId: number,
	selection: Pick<ResolvedSelection, "batch" | "onDemand">,
): OnlinePlan {
	const reads = selection.batch.map((read): CompiledRead => {
		const { definition, id, joinKeys } = read.view;
		return {
			read,
			encodeKey: compileKeyEncoder(projectId, id, joinKeys),
			// The tie-break columns do not matter to a reader: the packed value says itself where its features begin.
			decoder: compileColumnsDecoder(onlineLayout(definition.features, []), read.features),
			ttlMicros: definition.ttlSeconds === null ? null : BigInt(definition.ttlSeconds) * microsPerSecond,
		};
	});
	const expires = reads.some(({ ttlMicros }) => ttlMicros !== null);
	return { batch: selection.batch, onDemand: selection.onDemand, reads, expires };
}
