import type { JoinRequest, SharedRows } from "../../../core/ports/feature-join.ts";
import type { LabelFrame } from "../../../core/ports/offline-engine.ts";
import type { DuckdbSettings } from "../duckdb/session.ts";
import { KeptTimes } from "./kept-times.ts";
import type { OpenedRows } from "./opened-rows.ts";

/** All labels of the draw that a join of this request is a part of. */
export const wholeOf = (frame: LabelFrame, request: Pick<JoinRequest, "shared">): LabelFrame =>
	keptRowsOf(request)?.labels ?? frame;

/** What the joins of one draw have in common; null where this one is by itself. */
export const keptRowsOf = ({ shared }: Pick<JoinRequest, "shared">): KeptRows | null =>
	shared instanceof KeptRows ? shared : null;

/** Rows of scans, and times that labels read, that lie in files of our own until the last join that reads them is done. */
export class KeptRows implements SharedRows {
	/** All labels that any of the joins has a part of. */
	readonly labels: LabelFrame;
	readonly times: KeptTimes;
	readonly #kept = new Map<string, Promise<OpenedRows>>();

	constructor(settings: DuckdbSettings, labels: LabelFrame) {
		this.labels = labels;
		this.times = new KeptTimes(settings, labels);
	}

	/** The rows of the scan of this name, made by whoever asks first; closing what comes back closes nothing. */
	async once(scan: string, make: () => Promise<OpenedRows>): Promise<OpenedRows> {
		const known = this.#kept.get(scan) ?? make();
		this.#kept.set(scan, known);
		try {
			return { ...(await known), close: async () => {} };
		} catch (error) {
			// Another one may have more time, or a database that answers.
			this.#kept.delete(scan);
			throw error;
		}
	}

	async close(): Promise<void> {
		for (const rows of this.#kept.values()) await (await rows).close();
		this.#kept.clear();
		await this.times.close();
	}
}
