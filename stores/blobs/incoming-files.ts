import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { IncomingFiles } from "../../core/ports/incoming-files.ts";
import { blobKeyParts } from "./blob-key.ts";
import { receive } from "./receive.ts";

/** One that sends a file byte by byte fills the folder with files. */
const mostStretches = 10_000;
const stretchName = /^(\d{6})-(\d+)-/;

interface Stretch {
	readonly path: string;
	readonly start: number;
	/** Where the next one begins, or the file ends. */
	end: number;
}

/**
 * Every stretch is a file of its own, named by its turn and its first byte: a request that was given up, and still writes,
 * writes to nothing that another one does, in whatever process; where a stretch begins the one before it ends.
 */
export function incomingFiles(folder: string): IncomingFiles {
	const folderOf = (id: string): string => join(folder, ...blobKeyParts(id));

	async function stretches(id: string): Promise<{ readonly whole: readonly Stretch[]; readonly next: number }> {
		const names = (await readdir(folderOf(id)).catch(() => [])).sort();
		let whole: Stretch[] = [];
		for (const name of names) {
			const start = Number(stretchName.exec(name)?.[2] ?? Number.NaN);
			const path = join(folderOf(id), name);
			// Null: finished or discarded meanwhile.
			const file = await stat(path).catch(() => null);
			if (Number.isNaN(start) || file === null) continue;
			whole = whole.filter((before) => before.start < start);
			const last = whole.at(-1);
			if (last !== undefined) last.end = Math.min(last.end, start);
			whole.push({ path, start, end: start + file.size });
		}
		return { whole, next: Number(stretchName.exec(names.at(-1) ?? "")?.[1] ?? -1) + 1 };
	}

	return {
		received: async (id) => (await stretches(id)).whole.at(-1)?.end ?? 0,

		async append(id, start, content, limitBytes) {
			const { whole, next } = await stretches(id);
			const expected = whole.at(-1)?.end ?? 0;
			if (start !== 0 && start !== expected) throw notNext(start, expected);
			if (next >= mostStretches) throw tooMany();
			// Who begins anew and anew would fill the disk: what this stretch takes the place of goes before it comes.
			await Promise.all(whole.filter((before) => before.start >= start).map(({ path }) => rm(path, { force: true })));
			await mkdir(folderOf(id), { recursive: true, mode: 0o700 });
			const turn = String(next).padStart(6, "0");
			const path = join(folderOf(id), `${turn}-${start}-${randomUUID()}`);
			try {
				return start + (await receive(content, path, limitBytes - start));
			} catch (error) {
				if (!(error instanceof FeaturegraphError && error.code === "UNREADABLE_FILE")) await rm(path, { force: true });
				throw error;
			}
		},

		async finish(id, byteCount) {
			const { whole } = await stretches(id);
			const [only] = whole;
			if (only === undefined || whole.at(-1)?.end !== byteCount) throw sentTwice(id);
			if (whole.length === 1) return only.path;
			const path = join(folderOf(id), `whole-${randomUUID()}`);
			const parts = async function* () {
				for (const { path: part, start, end } of whole) {
					if (end > start) yield* createReadStream(part, { end: end - start - 1 });
				}
			};
			await pipeline(parts, createWriteStream(path, { flags: "wx", flush: true }));
			return path;
		},

		discard: (id) => rm(folderOf(id), { recursive: true, force: true }),
	};
}

const notNext = (start: number, expected: number): FeaturegraphError =>
	new FeaturegraphError("CONFLICT", `The stretch begins with byte ${start}, and ${expected} bytes have come.`, {
		hint: `Go on from byte ${expected}, or begin anew from 0.`,
	});

const sentTwice = (name: string): FeaturegraphError =>
	new FeaturegraphError("CONFLICT", "Another request has sent parts of this file meanwhile.", {
		name,
		hint: "Ask how much has come, and go on there.",
	});

const tooMany = (): FeaturegraphError =>
	new FeaturegraphError("LIMIT_EXCEEDED", `The file came in more than ${mostStretches} stretches.`, {
		hint: "Begin anew from byte 0, in longer ones.",
	});
