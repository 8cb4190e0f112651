import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { type Composed, CompositionError, type SubgraphSource } from "../../schema/compose.ts";
import type { ReadSupergraph } from "../../schema/read-supergraph.ts";
import type { BrokenDocument, KnownDocument } from "./composition-messages.ts";
import { CompositionThread } from "./composition-thread.ts";

/** Composes graphs away from the event loop, and remembers them. */
export interface Composer {
	/** Throws CompositionError. */
	compose(sources: readonly SubgraphSource[]): Promise<Composed>;
	/** Reads a supergraph that was composed elsewhere. Throws CompositionError. */
	read(supergraphSdl: string): Promise<ReadSupergraph>;
	/** Those of the documents that do not fit a public schema. */
	broken(publicSdl: string, documents: readonly KnownDocument[]): Promise<readonly BrokenDocument[]>;
	/** Ends the thread; what waits for it is rejected. It begins anew when it is asked again. */
	close(): Promise<void>;
}

export interface ComposerLimits {
	/** How long one composition may take. */
	readonly composeMillis: number;
	/** Graphs that are remembered, and the characters of all that they were made of. */
	readonly graphs: number;
	readonly graphChars: number;
}

export const composerLimits: ComposerLimits = { composeMillis: 60_000, graphs: 50, graphChars: 50_000_000 };

export function createComposer(limits: ComposerLimits = composerLimits): Composer {
	const thread = new CompositionThread(limits.composeMillis);
	const compositions = rememberingFor<Composed>(limits);
	const readings = rememberingFor<ReadSupergraph>(limits);
	return {
		compose: (sources) =>
			compositions(hashSources(sources), charsOf(sources), () => thread.run({ kind: "compose", given: sources })),
		read: (sdl) => readings(hashOf([sdl]), sdl.length, () => thread.run({ kind: "read", given: sdl })),
		broken: async (publicSdl, documents) =>
			documents.length === 0 ? [] : thread.run({ kind: "validate", given: { publicSdl, documents } }),
		close: () => thread.close(),
	};
}

/** The same subgraphs with the same SDL have the same hash. */
export function hashSources(sources: readonly SubgraphSource[]): string {
	return hashOf(sources.flatMap(({ name, sdl }) => [name, sdl]));
}

export function hashOf(parts: readonly string[]): string {
	const hash = createHash("sha256");
	for (const part of parts) hash.update(`${part.length}:${part}`);
	return hash.digest("hex");
}

const charsOf = (sources: readonly SubgraphSource[]): number =>
	sources.reduce((sum, { name, sdl }) => sum + name.length + sdl.length, 0);

/** One composition for everybody who asks at once. What does not compose is remembered, too; a broken thread is not. */
function rememberingFor<T>({ graphs, graphChars }: ComposerLimits) {
	const known = new LRUCache<string, Promise<T>>({ max: graphs, maxSize: graphChars });
	return (key: string, chars: number, make: () => Promise<T>): Promise<T> => {
		const before = known.get(key);
		if (before !== undefined) return before;
		const made = make();
		known.set(key, made, { size: Math.max(1, chars) });
		made.catch((error: unknown) => {
			if (!(error instanceof CompositionError)) known.delete(key);
		});
		return made;
	};
}
