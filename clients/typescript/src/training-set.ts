import { downloadRows } from "./download.ts";
import { FeaturegraphClientError, type FeaturegraphErrorFields, refuse } from "./errors.ts";
import { ask, events, type GatewayAddress, refuseAnswer, send } from "./gateway.ts";
import { type AskedOfLabels, type Labels, labelSource } from "./labels.ts";
import { type Provenance, provenanceOf } from "./provenance.ts";

interface DrawnTrainingSet {
	readonly id: string;
	readonly state: string;
	readonly progress: number;
	readonly rowCount: string | null;
	readonly byteCount: string | null;
	readonly url: string | null;
	readonly contentHash: string | null;
	readonly failure: FeaturegraphErrorFields | null;
	readonly leakage: readonly LeakageFinding[] | null;
	readonly splits: readonly { readonly name: string; readonly rowCount: string; readonly url: string }[] | null;
}

/** A feature whose values look like knowledge from the future; `share` of the rows is touched. */
export interface LeakageFinding {
	readonly column: string;
	readonly share: number;
	readonly reason: string;
	/** Of what it goes together with too well, and how well (0 to 1); null for other reasons. */
	readonly labelColumn: string | null;
	readonly correlation: number | null;
}

/** Parts by time (one cut fewer than parts; rows of one instant never part) or by a hash of entities (shares of 1). */
export type Splits =
	| {
			readonly byTime: {
				readonly parts: readonly string[];
				readonly cuts: readonly string[];
				readonly gapSeconds?: number;
			};
	  }
	| {
			readonly byEntity: {
				readonly parts: readonly { readonly name: string; readonly share: number }[];
				readonly columns?: readonly string[];
				readonly salt?: string;
			};
	  };

/** Rows that the server has made a file of. */
export interface Split {
	readonly rowCount: bigint;
	/** The file as it comes. */
	open(): Promise<ReadableStream<Uint8Array>>;
	/** Streams the file to `path`; where it breaks off, a later call goes on. */
	saveTo(path: string): Promise<void>;
}

/** Point-in-time correct rows, drawn and kept by the server. */
export interface TrainingSet {
	readonly id: string;
	readonly rowCount: bigint;
	readonly byteCount: bigint;
	/** Of columns, types and values in order: the same inputs give the same hash. */
	readonly contentHash: string;
	readonly leakage: readonly LeakageFinding[];
	/** What it was made from and what it holds; null for who may not read values. */
	provenance(): Promise<Provenance | null>;
	/** Draws it again as of the recorded definitions and log positions, waits for the end, and says what differs. */
	reproduce(): Promise<Reproduction>;
	/** By name; empty where it was asked for without. */
	readonly splits: ReadonlyMap<string, Split>;
	/** The file as it comes; of a very large set, which is in parts, their manifest. */
	open(): Promise<ReadableStream<Uint8Array>>;
	/**
	 * Streams the file to `path`; a very large set, which is in parts, becomes a folder of that name. Where it breaks off it
	 * goes on where it was, in a later call, too, while it is the same file.
	 */
	saveTo(path: string): Promise<void>;
}

/** A training set that was drawn again, held against the first. */
export interface Reproduction {
	readonly identical: boolean;
	readonly differences: readonly Difference[];
	readonly trainingSet: TrainingSet;
}

export interface Difference {
	readonly column: string;
	readonly rowCount: bigint;
	/** Why: a source that was rewritten, labels that changed. */
	readonly reason: string;
}

const fields = `
	id state progress rowCount byteCount url contentHash failure { code message name nearest hint }
	leakage { column share reason labelColumn correlation } splits { name rowCount url }
`;
const userErrors = "userErrors { code message path index name nearest hint }";

/** Draws a training set (`CreateTrainingSetInput` but for its labels) and waits for its end. */
export async function drawTrainingSet(
	gateway: GatewayAddress,
	labels: Labels,
	input: AskedOfLabels,
	onProgress: (share: number) => void,
): Promise<TrainingSet> {
	const { createTrainingSet } = await ask<{
		createTrainingSet: { trainingSet: { id: string }; userErrors: FeaturegraphErrorFields[] };
	}>(
		gateway,
		`mutation Create($input: CreateTrainingSetInput!) { createTrainingSet(input: $input) { trainingSet { id } ${userErrors} } }`,
		{ input: { ...input, labels: await labelSource(gateway, input, labels) } },
	);
	refuse(createTrainingSet.userErrors);
	return drawnTrainingSet(gateway, createTrainingSet.trainingSet.id, onProgress);
}

/** A training set that was asked for before, once it has ended. */
export async function drawnTrainingSet(
	gateway: GatewayAddress,
	id: string,
	onProgress: (share: number) => void,
): Promise<TrainingSet> {
	let latest: DrawnTrainingSet | null = null;
	for await (const { trainingSetProgress } of events<{ trainingSetProgress: DrawnTrainingSet | null }>(
		gateway,
		`subscription Progress($id: ID!) { trainingSetProgress(id: $id) { ${fields} } }`,
		() => ({ id }),
	)) {
		latest = trainingSetProgress;
		if (latest !== null) onProgress(latest.progress);
	}
	if (latest !== null) return finished(gateway, latest);
	throw new FeaturegraphClientError([{ code: "NOT_FOUND", message: `There is no training set "${id}".`, name: id }]);
}

async function reproduce(gateway: GatewayAddress, id: string): Promise<Reproduction> {
	const { reproduceTrainingSet } = await ask<{
		reproduceTrainingSet: { trainingSet: { id: string }; userErrors: FeaturegraphErrorFields[] };
	}>(gateway, `mutation Reproduce($id: ID!) { reproduceTrainingSet(id: $id) { trainingSet { id } ${userErrors} } }`, {
		id,
	});
	refuse(reproduceTrainingSet.userErrors);
	const again = await drawnTrainingSet(gateway, reproduceTrainingSet.trainingSet.id, () => undefined);
	const { trainingSet } = await ask<{
		trainingSet: {
			reproduction: {
				identical: boolean | null;
				differences: readonly { column: string; rowCount: string; reason: string }[] | null;
			};
		};
	}>(
		gateway,
		`query Reproduction($id: ID!) {
			trainingSet(id: $id) { reproduction { identical differences { column rowCount reason } } }
		}`,
		{ id: again.id },
	);
	const { identical, differences } = trainingSet.reproduction;
	return {
		identical: identical === true,
		differences: (differences ?? []).map((each) => ({ ...each, rowCount: BigInt(each.rowCount) })),
		trainingSet: again,
	};
}

function finished(gateway: GatewayAddress, drawn: DrawnTrainingSet): TrainingSet {
	const { id, url, rowCount, byteCount, contentHash, failure, leakage, splits } = drawn;
	if (failure !== null) throw new FeaturegraphClientError([failure]);
	if (url === null || contentHash === null) {
		throw new FeaturegraphClientError([{ code: "JOB_CANCELLED", message: `The training set ended ${drawn.state}.` }]);
	}
	return {
		id,
		rowCount: BigInt(rowCount ?? 0),
		byteCount: BigInt(byteCount ?? 0),
		contentHash,
		leakage: leakage ?? [],
		provenance: () => provenanceOf(gateway, id),
		reproduce: () => reproduce(gateway, id),
		splits: new Map(splits?.map((split) => [split.name, splitOf(gateway, split)])),
		open: () => openFile(gateway, url),
		saveTo: (path) => downloadRows(gateway, url, path),
	};
}

const splitOf = (
	gateway: GatewayAddress,
	{ rowCount, url }: { readonly rowCount: string; readonly url: string },
): Split => ({
	rowCount: BigInt(rowCount),
	open: () => openFile(gateway, url),
	saveTo: (path) => downloadRows(gateway, url, path),
});

async function openFile(gateway: GatewayAddress, url: string): Promise<ReadableStream<Uint8Array>> {
	const response = await send(gateway, url, { method: "GET" });
	if (response.ok && response.body !== null) return response.body;
	return refuseAnswer(response);
}
