import type { RequiresSelection } from "@graphql-hive/router-query-planner";
import { generatedFunction, literal } from "../generated-function.ts";
import type { Data } from "./data.ts";
import type { DistinctRepresentations } from "./distinct.ts";
import { isConditional, type Representation, type RequiredField, requiredFields } from "./representation.ts";
import type { TypeConditions } from "./type-conditions.ts";

/** The position of an entity's representation among the distinct ones; -1: it has to be represented to know. */
export type FindRepresentation = (entity: Data, distinct: DistinctRepresentations) => number;

type Find = (entity: Data, positions: Map<unknown, number>, list: Representation[]) => number;

const mostTypes = 100;
const mostFields = 50;

/**
 * Finds or adds representations of leaves alone, as they nearly all are, by code that is generated for each type of entity:
 * one that is known already is not made again.
 */
export function compileFind(requires: readonly RequiresSelection[], satisfies: TypeConditions): FindRepresentation {
	if (isConditional(requires)) return () => -1;
	const byType = new Map<string, Find | null>();
	return (entity, distinct) => {
		const typename = entity["__typename"];
		if (typeof typename !== "string") return -1;
		let find = byType.get(typename);
		if (find === undefined) {
			// The names come from subgraphs.
			if (byType.size >= mostTypes) return -1;
			find = findOf(typename, requiredFields(requires, typename, satisfies, {}));
			byType.set(typename, find);
		}
		return find === null ? -1 : find(entity, distinct.leading(typename), distinct.list);
	};
}

function findOf(typename: string, fields: readonly RequiredField[]): Find | null {
	const [leading, ...others] = fields.filter(({ name }) => name !== "__typename");
	if (leading === undefined || fields.length > mostFields || !fields.every(isPlain)) return null;
	const read: string[] = [];
	const isOther: string[] = [];
	const written: string[] = [];
	const valueOf = new Map<string, string>();
	for (const { source, name } of fields) {
		if (name === "__typename") {
			written.push(`__typename: ${literal(typename)}`);
			continue;
		}
		const value = `value${valueOf.size}`;
		valueOf.set(name, value);
		read.push(`const ${value} = entity[${literal(source)}];`);
		isOther.push(
			`${value} === undefined || (typeof ${value} === "object" && ${value} !== null) || typeof ${value} === "function"`,
		);
		written.push(`${literal(name)}: ${value}`);
	}
	if (valueOf.size === fields.length) written.push(`__typename: ${literal(typename)}`);
	const isSame = others.map(({ name }) => `known[${literal(name)}] === ${valueOf.get(name)}`);
	const first = valueOf.get(leading.name);
	const code = `return (entity, positions, list) => {
		${read.join("\n")}
		if (${isOther.join(" || ")}) return -1;
		const position = positions.get(${first});
		if (position === undefined) {
			positions.set(${first}, list.length);
			return list.push({ ${written.join(", ")} }) - 1;
		}
		const known = list[position];
		return ${["true", ...isSame].join(" && ")} ? position : -1;
	};`;
	return generatedFunction(code, {}) as Find;
}

/** A leaf, under a name that a literal may have as any other. */
const isPlain = ({ source, name, selections }: RequiredField): boolean =>
	selections === null && name !== "__proto__" && (name !== "__typename" || source === name);
