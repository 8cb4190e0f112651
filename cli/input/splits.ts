import { RequestFailed } from "../client/request-failed.ts";

export interface SplitOptions {
	readonly split?: string;
	readonly cut: readonly string[];
	readonly gap?: string;
	readonly splitKey: readonly string[];
	readonly salt?: string;
}

/** The `SplitsInput` of the contract: `train=0.8,test=0.2` by entity, `train,test` with a cut between them by time. */
export function splitsOf({ split, cut, gap, splitKey, salt }: SplitOptions): object | null {
	if (split === undefined) return null;
	const parts = split.split(",").map((part) => part.split("="));
	const names = parts.map(([name = ""]) => name.trim());
	if (cut.length > 0) {
		if (parts.some(({ length }) => length > 1)) throw unusable("By time (--cut) parts have names alone: train,test.");
		return { byTime: { parts: names, cuts: cut, gapSeconds: Number(gap ?? 0) } };
	}
	const shares = parts.map(([, share]) => Number(share ?? Number.NaN));
	if (shares.some(Number.isNaN))
		throw unusable("Give each part a share (train=0.8,test=0.2), or --cut for parts by time.");
	return {
		byEntity: {
			parts: names.map((name, index) => ({ name, share: shares[index] })),
			columns: splitKey.length === 0 ? null : splitKey,
			salt: salt ?? "",
		},
	};
}

const unusable = (message: string): RequestFailed => new RequestFailed([{ code: "BAD_USER_INPUT", message }]);
