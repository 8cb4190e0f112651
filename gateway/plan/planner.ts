import { createHash } from "node:crypto";
import type { QueryPlan } from "@graphql-hive/router-query-planner";
import { LRUCache } from "lru-cache";
import type { Logger } from "../../core/ports/logger.ts";
import { CompositionError } from "../../schema/compose.ts";
import type { RequestError } from "../admit/request-error.ts";
import type { GatewayLimits } from "../limits.ts";
import { FairTurns } from "./fair-turns.ts";
import type { OverrideLabels, PlanQuestion } from "./messages.ts";
import { breaksPlanner, plannerOverloaded, plannerUnusable, planRefused, tooComplexToPlan } from "./plan-error.ts";
import { type PlannerChild, PlannerLost, PlannerUnusable } from "./planner-child.ts";
import { SupervisedChild } from "./supervised-child.ts";

/** A supergraph that operations can be planned on, until it is released. */
export interface PlannableGraph {
	/** Of the supergraph. */
	readonly hash: string;
	readonly overrides: OverrideLabels;
	/**
	 * Plans one operation for a principal, given by its id (absent: for the gateway itself): they take turns. Throws a RequestError:
	 * QUERY_TOO_COMPLEX (remembered for a while), or OVERLOADED while the planner has too much to do.
	 */
	plan(question: PlanQuestion, principal?: string): Promise<QueryPlan>;
	/** No more plans are wanted. Idempotent. */
	release(): void;
}

export type PlannerLimits = Pick<
	GatewayLimits,
	"planMillis" | "planLoadMillis" | "waitingPlans" | "loadedGraphs" | "cachedPlans"
>;

/** A supergraph that at least one caller holds. */
interface HeldGraph {
	readonly hash: string;
	readonly supergraphSdl: string;
	readonly overrides: OverrideLabels;
	holders: number;
}

/** Whose turn it is to take in a supergraph. */
const ourselves = "";
const noOverrides: OverrideLabels = { labels: [], percentages: [] };
/** How often a process may end over one request, which may have been the fault of another thing, or may not. */
const mostLosses = 2;
/** What took too long may have met a stalled machine: it is tried again after this. */
const rememberedMillis = 10 * 60_000;

/**
 * Plans operations in a process of its own, since native planning can neither be interrupted nor kept from crashing. One
 * request after the other, each within a hard limit: a process that passes it is killed, its operation is
 * refused and remembered, and the ones that wait go to the successor.
 */
export class Planner {
	readonly #limits: PlannerLimits;
	readonly #child: SupervisedChild;
	readonly #held = new Map<string, HeldGraph>();
	readonly #tooComplex: LRUCache<string, RequestError>;
	#waiting = 0;
	readonly #turns = new FairTurns();

	/** The process is started at once, while the caller does other things. */
	constructor(limits: PlannerLimits, logger: Logger) {
		this.#limits = limits;
		this.#child = new SupervisedChild(limits.planLoadMillis, logger);
		this.#tooComplex = new LRUCache({ max: Math.ceil(limits.cachedPlans / 10), ttl: rememberedMillis });
	}

	/** Of the process that plans; undefined where none runs. */
	get pid(): number | undefined {
		return this.#child.pid;
	}

	/**
	 * Takes in a supergraph, beside those that are held already. Throws CompositionError for one that nothing can be
	 * planned on, UNSUPPORTED where the planner does not run at all.
	 */
	async load(supergraphSdl: string): Promise<PlannableGraph> {
		const hash = createHash("sha256").update(supergraphSdl).digest("hex");
		const graph = await this.#turns.take(ourselves, async () => {
			const held = this.#held.get(hash) ?? (await this.#takeIn(hash, supergraphSdl));
			held.holders += 1;
			return held;
		});
		let released = false;
		return {
			hash,
			overrides: graph.overrides,
			plan: (question, principal = ourselves) => this.#plan(graph, question, principal),
			release: () => {
				if (!released) this.#release(graph);
				released = true;
			},
		};
	}

	/** Ends the process; what still waits is refused. */
	async close(): Promise<void> {
		await this.#child.close();
		await this.#turns.idle();
	}

	async #plan(graph: HeldGraph, question: PlanQuestion, principal: string): Promise<QueryPlan> {
		const key = `${graph.hash}\n${JSON.stringify(question)}`;
		this.#refuseKnown(key);
		const { waitingPlans, planLoadMillis } = this.#limits;
		// Who has nothing here still finds a place when others have filled them all.
		const places = this.#turns.waitingOf(principal) === 0 ? waitingPlans * 2 : waitingPlans;
		if (this.#waiting >= places) throw plannerOverloaded(`${this.#waiting} operations wait to be planned already.`);
		this.#waiting += 1;
		const since = performance.now();
		const planned = this.#turns.take(principal, async () => {
			this.#refuseKnown(key);
			// Else many that take long would hold up all others until nobody waits for them any more.
			if (performance.now() - since > planLoadMillis) {
				throw plannerOverloaded("The operation has waited to be planned for too long.");
			}
			for (let losses = 1; ; losses += 1) {
				const { child } = await this.#childWith(graph.hash, graph.supergraphSdl);
				try {
					const reply = await child.ask({ kind: "plan", graph: graph.hash, question }, this.#limits.planMillis);
					if (reply.kind === "planned") return reply.plan;
					throw planRefused(reply.kind === "refused" ? reply.message : reply.kind);
				} catch (error) {
					if (!(error instanceof PlannerLost)) throw error;
					if (error.reason === "timeout" || losses === mostLosses) throw this.#remember(key, error.reason);
				}
			}
		});
		return planned.finally(() => {
			this.#waiting -= 1;
		});
	}

	#refuseKnown(key: string): void {
		const known = this.#tooComplex.get(key);
		if (known !== undefined) throw known;
	}

	#remember(key: string, reason: PlannerLost["reason"]): RequestError {
		const refusal =
			reason === "timeout"
				? tooComplexToPlan(`takes longer than ${this.#limits.planMillis} ms to plan`)
				: breaksPlanner();
		this.#tooComplex.set(key, refusal);
		return refusal;
	}

	async #takeIn(hash: string, supergraphSdl: string): Promise<HeldGraph> {
		const { loaded } = await this.#childWith(hash, supergraphSdl);
		// Nobody held it, so no process had it.
		const graph: HeldGraph = { hash, supergraphSdl, overrides: loaded ?? noOverrides, holders: 0 };
		this.#held.set(hash, graph);
		return graph;
	}

	#release(graph: HeldGraph): void {
		graph.holders -= 1;
		if (graph.holders > 0) return;
		this.#held.delete(graph.hash);
		this.#child.forget(graph.hash);
	}

	/** A process that is ready and holds the supergraph, with what it said of that if it had to take it in now. */
	async #childWith(
		hash: string,
		supergraphSdl: string,
	): Promise<{ readonly child: PlannerChild; readonly loaded: OverrideLabels | null }> {
		for (let losses = 1; ; losses += 1) {
			try {
				const child = await this.#child.running();
				const known = child.graphs.delete(hash);
				const loaded = known ? null : await this.#loadInto(child, hash, supergraphSdl);
				child.graphs.add(hash);
				return { child, loaded };
			} catch (error) {
				if (error instanceof PlannerUnusable) throw plannerUnusable(error.message);
				if (!(error instanceof PlannerLost)) throw error;
				if (losses === mostLosses) throw plannerOverloaded(`The query planner does not come up: ${error.message}.`);
			}
		}
	}

	async #loadInto(child: PlannerChild, hash: string, supergraphSdl: string): Promise<OverrideLabels> {
		for (const oldest of child.graphs) {
			if (child.graphs.size < this.#limits.loadedGraphs) break;
			child.forget(oldest);
		}
		const reply = await child.ask({ kind: "load", graph: hash, supergraphSdl }, this.#limits.planLoadMillis);
		if (reply.kind === "loaded") return reply.overrides;
		throw new CompositionError([
			`no operation can be planned on them: ${reply.kind === "refused" ? reply.message : reply.kind}`,
		]);
	}
}
