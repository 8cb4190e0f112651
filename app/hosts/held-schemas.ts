import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { sdlHash } from "../../core/federation/sdl-hash.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { OperationContext, SubgraphExecutor } from "../../core/ports/subgraph.ts";
import { inProcessSubgraph, type LoadedSubgraph } from "../../gateway/transport/in-process.ts";
import { federatedSchema } from "./federated-schema.ts";
import { knownOperations } from "./known-operations.ts";
import type { HostedOperation, OpenSchemaHost, SchemaHost } from "./schema-host.ts";

/** A schema that can be asked. */
export interface HeldSchema extends SchemaHost {
	readonly loaded: LoadedSubgraph;
	readonly hash: string;
	/** Is it one of its operations? */
	accepts(operation: HostedOperation): boolean;
	subscribe(operation: HostedOperation, context: OperationContext): ReturnType<SubgraphExecutor["subscribe"]>;
}

export interface HeldSchemasOptions {
	readonly name: string;
	/** The subgraph as it is now, the same object while nothing changed. */
	readonly load: () => Promise<LoadedSubgraph>;
	readonly open: OpenSchemaHost;
	readonly logger: Logger;
}

/** The latest one, and those before it: gateways move on one after the other. */
const mostHeld = 3;

/** The schemas of a subgraph by their hash, as gateways of this and of earlier generations ask by them. */
export class HeldSchemas {
	readonly #options: HeldSchemasOptions;
	/** The latest last. */
	#held: readonly HeldSchema[] = [];
	#refreshing: Promise<HeldSchema> | null = null;
	#next: Promise<HeldSchema> | null = null;

	constructor(options: HeldSchemasOptions) {
		this.#options = options;
	}

	/** Hash of the latest schema; empty before the first `refresh`. */
	get latestHash(): string {
		return this.#held.at(-1)?.hash ?? "";
	}

	/**
	 * The schema to answer the operation by: of this hash, or of none the latest. One that is held no longer gives way to
	 * the latest where the operation is one of it, too; GRAPH_OUT_OF_DATE where it is not.
	 */
	async for(hash: string, operation: HostedOperation): Promise<HeldSchema> {
		if (hash === "") return this.refresh();
		const held = this.#held.find((each) => each.hash === hash);
		if (held !== undefined) return held;
		const latest = await this.refresh();
		if (latest.hash === hash || latest.accepts(operation)) return latest;
		throw new FeaturegraphError(
			"GRAPH_OUT_OF_DATE",
			`The subgraph "${this.#options.name}" has another schema by now.`,
			{
				name: this.#options.name,
				hint: "Try again: the gateway has been told.",
			},
		);
	}

	/** Looks what the subgraph is now, and holds it. Whoever asks meanwhile gets a look that began after he asked. */
	refresh(): Promise<HeldSchema> {
		if (this.#refreshing === null) return this.#begin();
		this.#next ??= this.#refreshing
			.catch(() => undefined)
			.then(() => {
				this.#next = null;
				return this.#begin();
			});
		return this.#next;
	}

	async close(): Promise<void> {
		await Promise.all(this.#held.map((schema) => schema.close()));
		this.#held = [];
	}

	#begin(): Promise<HeldSchema> {
		this.#refreshing = this.#look().finally(() => {
			this.#refreshing = null;
		});
		return this.#refreshing;
	}

	async #look(): Promise<HeldSchema> {
		const { name, load, open, logger } = this.#options;
		const loaded = await load();
		const latest = this.#held.at(-1);
		if (latest?.loaded === loaded) return latest;

		const hash = sdlHash(loaded.sdl);
		const schema = federatedSchema(loaded);
		const operationOf = knownOperations(schema);
		const subgraph = inProcessSubgraph(name, () => loaded, logger);
		const executor = (await subgraph.snapshot?.()) ?? subgraph;
		const host = await open({ schema, operationOf, executor, logger: logger.child({ subgraph: name }) });
		const next: HeldSchema = {
			...host,
			loaded,
			hash,
			accepts: (asked) => {
				try {
					operationOf(asked);
					return true;
				} catch {
					return false;
				}
			},
			subscribe: (asked, context) =>
				executor.subscribe({ operation: operationOf(asked), variables: asked.variables, context }),
		};
		// One of the same SDL gives way: what it knew of the registry is older.
		const others = this.#held.filter((schema) => schema.hash !== hash);
		const kept = [...others.slice(1 - mostHeld), next];
		const dropped = this.#held.filter((schema) => !kept.includes(schema));
		this.#held = kept;
		await Promise.all(dropped.map((schema) => schema.close()));
		if (hash !== latest?.hash) logger.info({ subgraph: name, graph: hash.slice(0, 12) }, "Holding a new schema");
		return next;
	}
}
