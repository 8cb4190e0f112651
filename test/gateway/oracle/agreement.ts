import fc from "fast-check";
import { type ExecutionResult, parse } from "graphql";
import { RequestError } from "../../../gateway/admit/request-error.ts";
import { difference } from "./compare.ts";
import { type GraphUnderTest, graphOf, type WorldGraph } from "./graph.ts";
import { type Monolith, type MonolithResult, monolithOf } from "./monolith.ts";
import { outageCode, withRequiredApart } from "./outage.ts";
import { documentOf, type GeneratedQuery, queryArbitrary } from "./query-arbitrary.ts";
import type { World } from "./world.ts";

export interface Agreement {
	readonly worlds: fc.Arbitrary<World>;
	/** About how many operations are compared. */
	readonly cases: number;
	readonly seed: number;
	readonly start: (graph: WorldGraph) => Promise<GraphUnderTest>;
}

const mostQueriesPerWorld = 20;
/** A machine that does other things compares fewer. */
const mostMillis = 90_000;
/** Of a hundred operations, those that may have no sound plan (see the README). */
const mostRefusedPercent = 1;

/** A share of what is set for a longer run, or of what is enough for every day. */
export function casesOf(share: number): number {
	return Math.ceil(Number(process.env["FEATUREGRAPH_ORACLE_CASES"] ?? 4000) * share);
}

/**
 * Compares the answers to generated operations on generated worlds with those of the monolith. Throws with the smallest
 * counterexample that was found: the subgraphs, the operation, what differs, and the seed that finds it again.
 */
export async function expectAgreement({
	worlds,
	cases,
	seed,
	start,
}: Agreement): Promise<{ readonly compared: number }> {
	let compared = 0;
	let refused = 0;
	let counterexample = "";
	const agrees = async (graph: WorldGraph, tested: GraphUnderTest, query: GeneratedQuery): Promise<void> => {
		const document = parse(query.text, { noLocation: true });
		graph.mutated.length = 0;
		let answer: ExecutionResult;
		try {
			answer = await tested.execute(document, query.variables);
		} catch (error) {
			if (!isRefusal(error)) throw new Error(explain(graph, query, String(error)), { cause: error });
			refused += 1;
			return;
		}
		compared += 1;
		const differs = (monolith: Monolith): string | null => {
			const expected = monolith.execute(document, query.variables);
			return difference(answer, expected) ?? otherMutations(graph, expected) ?? otherService(graph, answer);
		};
		const different = differs(graph.monolith);
		if (different === null) return;
		for (const world of withRequiredApart(graph.world, query.text)) {
			if (differs(monolithOf(world, graph.publicSdl)) === null) return;
		}
		counterexample = explain(graph, query, different);
		throw new Error(counterexample);
	};
	const property = fc.asyncProperty(
		worlds,
		fc.array(queryArbitrary, { minLength: mostQueriesPerWorld, maxLength: mostQueriesPerWorld }),
		async (world, queries) => {
			const graph = graphOf(world);
			const tested = await start(graph);
			try {
				for (const raw of queries) await agrees(graph, tested, documentOf(graph.monolith.schema, raw));
			} finally {
				await tested.close();
			}
		},
	);
	const numRuns = Math.max(1, Math.ceil(cases / mostQueriesPerWorld));
	const path = process.env["FEATUREGRAPH_ORACLE_PATH"];
	const replay = path === undefined ? {} : { path, endOnFailure: true };
	const details = await fc.check(property, { numRuns, seed, interruptAfterTimeLimit: mostMillis, ...replay });
	if (details.failed) {
		const again = `seed ${details.seed}, path "${details.counterexamplePath ?? ""}"`;
		throw new Error(
			`The gateway and the monolith differ (${again}).\n${counterexample || String(details.errorInstance)}`,
		);
	}
	if (refused * 100 > (compared + refused) * mostRefusedPercent) {
		throw new Error(`The planner refused ${refused} of ${compared + refused} valid operations (seed ${details.seed}).`);
	}
	return { compared };
}

/** The planner gives up on some valid operations. */
export const isRefusal = (error: unknown): boolean =>
	error instanceof RequestError ? error.code === "QUERY_TOO_COMPLEX" : String(error).includes("planner refused");

/** Where one that must not be null has failed, the monolith runs no more; the gateway may have. */
function otherMutations({ mutated }: WorldGraph, expected: MonolithResult): string | null {
	const same = expected.mutated.every((name, index) => mutated[index] === name);
	const complete = expected.result.data === null || mutated.length === expected.mutated.length;
	return same && complete ? null : `mutations ran as ${mutated.join(", ")}, not ${expected.mutated.join(", ")}`;
}

/** Errors of a subgraph that does not answer name it, and no other. */
function otherService({ world: { outage } }: WorldGraph, { errors = [] }: ExecutionResult): string | null {
	if (outage === undefined) return null;
	const code = outageCode(outage);
	const wrong = errors.filter(
		({ extensions }) => extensions["code"] === code && extensions["service"] !== outage.subgraph,
	);
	return wrong.length === 0 ? null : `errors that name another service: ${JSON.stringify(wrong)}`;
}

function explain({ subgraphs }: WorldGraph, { text, variables }: GeneratedQuery, what: string): string {
	const sdl = subgraphs.map(({ name, sdl }) => `# ${name}\n${sdl}`).join("\n");
	return `${what}\n\n${text}\n${JSON.stringify(variables)}\n\n${sdl}`;
}
