import type { ServerResponse } from "node:http";
import fc from "fast-check";
import { type ExecutionResult, GraphQLError } from "graphql";
import type { SubgraphExecutor } from "../../../core/ports/subgraph.ts";
import { isComposite, type Thing } from "./data.ts";
import type { Field, Outage, OwnedField, World } from "./world.ts";

/** A thing that a subgraph has brought. */
interface Brought extends Thing {
	readonly by?: string;
}

/** The code of the errors that each field of such a call has. */
export const outageCode = ({ way }: Outage): string =>
	({ refuses: "REFUSED", throws: "SUBGRAPH_UNAVAILABLE", garbles: "SUBGRAPH_INVALID_RESPONSE" })[way];

const mostChoices = 6;

const refusalText = "The subgraph refuses.";

/** Worlds in which it is certain who is asked for a field: one subgraph has it, and it is reached by the id. */
export function withOutages(worlds: fc.Arbitrary<World>, ways: readonly Outage["way"][]): fc.Arbitrary<World> {
	return fc
		.tuple(
			worlds,
			fc.nat(),
			fc.constantFrom("root" as const, "entities" as const, "all" as const),
			fc.constantFrom(...ways),
		)
		.map(([world, index, calls, way]) => {
			const subgraph = world.subgraphs[index % world.subgraphs.length] ?? "alpha";
			return { ...withSoleOwners(world), outage: { subgraph, calls, way } };
		});
}

function withSoleOwners(world: World): World {
	const sole = ({ provides: _, overrides: __, ...field }: OwnedField): OwnedField => ({
		...field,
		owners: field.owners.slice(0, 1),
	});
	return {
		...world,
		entities: world.entities.map((entity) => ({
			...entity,
			homes: entity.homes.map((home) => ({ ...home, keys: ["id" as const] })),
			fields: entity.fields.map(sole),
		})),
		queries: world.queries.map(sole),
		mutations: world.mutations.map(sole),
	};
}

/** Throws where the call that would bring a field of a thing is not answered. */
export function expectAnswered({ outage }: World, parent: Brought, field: OwnedField | Field): void {
	if (outage === undefined || !("owners" in field)) return;
	const [owner] = field.owners;
	const isRoot = parent.by === undefined;
	const isOfParentsCall = parent.by === owner && field.requires === undefined;
	if (owner !== outage.subgraph || isOfParentsCall) return;
	if (outage.calls === "all" || (outage.calls === "root") === isRoot) {
		throw new GraphQLError("Not answered.", { extensions: { code: outageCode(outage) } });
	}
}

/** A thing as its required fields are asked for: where that is done apart, nothing has come with it. */
export function asRequired(world: World, parent: Brought, field: Field): Brought {
	return world.outage?.requiredApart?.has(`${parent.__typename}.${field.name}`) === true
		? { ...parent, by: "nobody" }
		: parent;
}

/** A value, each thing in it with who has brought it. */
export function broughtBy(world: World, parent: Brought, field: OwnedField | Field, value: unknown): unknown {
	if (world.outage === undefined || !isComposite(world, field.type)) return value;
	const by = "owners" in field ? field.owners[0] : parent.by;
	const mark = (part: unknown): unknown => {
		if (Array.isArray(part)) return part.map(mark);
		return typeof part === "object" && part !== null && !(part instanceof Error) ? { ...part, by } : part;
	};
	return mark(value);
}

/**
 * Required fields of an object may come with it, or be asked for afterwards: the plan decides. Where calls for entities are
 * not answered it is seen, so there are the worlds of all other choices, for the computed fields that a text names.
 */
export function* withRequiredApart(world: World, text: string): Generator<World> {
	const { outage } = world;
	if (outage?.calls !== "entities") return;
	const computed = world.entities.flatMap((entity) =>
		entity.fields.flatMap(({ name, requires }) =>
			requires !== undefined && text.includes(name) ? [`${entity.name}.${name}`] : [],
		),
	);
	for (let choice = 1; choice < 2 ** Math.min(computed.length, mostChoices); choice += 1) {
		const requiredApart = new Set(computed.filter((_, index) => (choice >> index) % 2 === 1));
		yield { ...world, outage: { ...outage, requiredApart } };
	}
}

export const isHit = ({ outage }: World, subgraph: string, text: string): boolean =>
	outage !== undefined &&
	outage.subgraph === subgraph &&
	(outage.calls === "all" || (outage.calls === "entities") === text.includes("_entities"));

/** One of the ways in which a server does not answer, by the seed of the world. */
export function failOverHttp({ outage, seed }: World, response: ServerResponse): void {
	if (outage?.way === "refuses") {
		const errors = [{ message: refusalText, extensions: { code: outageCode(outage) } }];
		response.setHeader("content-type", "application/graphql-response+json");
		response.end(JSON.stringify({ errors }));
		return;
	}
	const ways = outage?.way === "garbles" ? garbled : notAnswered;
	const [status, type, body] = ways[seed % ways.length] ?? [];
	if (status === undefined) {
		response.destroy();
		return;
	}
	response.statusCode = status;
	response.setHeader("content-type", type ?? "application/json");
	response.end(body);
}

type Answer = readonly [status: number, type: string, body: string] | readonly [];

const notAnswered: readonly Answer[] = [
	[],
	[502, "text/plain", "Error: connect ECONNREFUSED 10.1.2.3:80"],
	[503, "text/html", "<html>Come back later</html>"],
];

const garbled: readonly Answer[] = [
	[500, "text/plain", "Error: connect ECONNREFUSED 10.1.2.3:80"],
	[200, "text/html", "<html>Please log in</html>"],
	[200, "application/json", '{"data": {"query0": '],
	[200, "application/json", "[]"],
	[200, "application/json", "{}"],
	[200, "application/json", '{"data": []}'],
	[200, "application/json", '{"data": null, "errors": []}'],
];

/** A subgraph in this process that has the outage of its world. */
export function withOutage(executor: SubgraphExecutor, world: World): SubgraphExecutor {
	return {
		...executor,
		async execute(request): Promise<ExecutionResult> {
			const { outage } = world;
			if (outage === undefined || !isHit(world, executor.name, request.operation.text))
				return executor.execute(request);
			if (outage.way === "refuses") {
				return { errors: [new GraphQLError(refusalText, { extensions: { code: outageCode(outage) } })] };
			}
			throw new Error("connect ECONNREFUSED 10.1.2.3:80");
		},
	};
}
