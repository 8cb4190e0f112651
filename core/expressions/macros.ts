/** Macros over lists: `list.map(x, f)`, `filter`, `all`, `exists`, `exists_one`. The last three are three-valued. */
import type { ASTNode } from "@marcbachmann/cel-js";
import { coerce } from "./coerce.ts";
import { type Compiled, type Compiler, countVisits, type Frame } from "./compiled.ts";
import { invalidAt } from "./expression-error.ts";
import { type Datum, describeType, type ExpressionType } from "./expression-type.ts";

const macroNames = ["map", "filter", "all", "exists", "exists_one"] as const;
export type MacroName = (typeof macroNames)[number];

export const isMacro = (name: string): name is MacroName => macroNames.some((macro) => macro === name);

const bool: ExpressionType = { kind: "bool" };

export function compileMacro(
	node: ASTNode,
	name: MacroName,
	receiver: Compiled,
	parts: readonly ASTNode[],
	compiler: Compiler,
): Compiled {
	const [variable, first, second] = parts;
	const mapped = name === "map" && second !== undefined;
	if (variable?.op !== "id" || first === undefined || parts.length > (mapped ? 3 : 2)) {
		throw invalidAt(node, `"${name}" is written list.${name}(x, ${name === "map" ? "f(x)" : "test(x)"})`);
	}
	const source =
		receiver.type.kind === "json" ? coerce(receiver, { kind: "list", element: { kind: "json" } }) : receiver;
	if (source?.type.kind !== "list") {
		throw invalidAt(node, `"${name}" takes a list, found ${describeType(receiver.type)}`);
	}
	const { element } = source.type;
	const inner = (body: ASTNode) => compiler.within(node, variable.args, element, body);
	const test = (body: ASTNode) => {
		const compiled = inner(body);
		const converted = coerce(compiled.body, bool);
		if (converted === undefined) throw invalidAt(body, `Expected a bool, found ${describeType(compiled.body.type)}`);
		return { slot: compiled.slot, evaluate: converted.evaluate };
	};
	if (name === "map") {
		const filter = mapped ? test(first) : null;
		const { slot, body } = inner(mapped ? second : first);
		return {
			type: { kind: "list", element: body.type },
			evaluate: overList(source, (frame, elements) => {
				const results: Datum[] = [];
				for (const each of elements) {
					if (filter !== null) {
						visit(frame, filter.slot, each);
						if (filter.evaluate(frame) !== true) continue;
					}
					visit(frame, slot, each);
					results.push(body.evaluate(frame));
				}
				return results;
			}),
		};
	}
	const { slot, evaluate } = test(first);
	if (name === "filter") {
		return {
			type: source.type,
			evaluate: overList(source, (frame, elements) =>
				elements.filter((each) => {
					visit(frame, slot, each);
					return evaluate(frame) === true;
				}),
			),
		};
	}
	return { type: bool, evaluate: overList(source, quantifiers[name](slot, evaluate)) };
}

type OverElements = (frame: Frame, elements: readonly Datum[]) => Datum;
type Quantifier = (slot: number, test: (frame: Frame) => Datum) => OverElements;

/** True or false as soon as an element decides; else null where an element was unknown. */
const decidedBy =
	(decisive: boolean): Quantifier =>
	(slot, test) =>
	(frame, elements) => {
		let unknown = false;
		for (const each of elements) {
			visit(frame, slot, each);
			const holds = test(frame);
			if (holds === decisive) return decisive;
			if (holds === null) unknown = true;
		}
		return unknown ? null : !decisive;
	};

const quantifiers: Readonly<Record<Exclude<MacroName, "map" | "filter">, Quantifier>> = {
	all: decidedBy(false),
	exists: decidedBy(true),
	exists_one: (slot, test) => (frame, elements) => {
		let count = 0;
		let unknown = false;
		for (const each of elements) {
			visit(frame, slot, each);
			const holds = test(frame);
			if (holds === null) unknown = true;
			else if (holds === true) count++;
			if (count > 1) return false;
		}
		return unknown ? null : count === 1;
	},
};

function overList(list: Compiled, apply: OverElements): (frame: Frame) => Datum {
	return (frame) => {
		const elements = list.evaluate(frame) as readonly Datum[] | null;
		return elements === null ? null : apply(frame, elements);
	};
}

function visit(frame: Frame, slot: number, element: Datum): void {
	countVisits(frame, 1);
	frame.slots[slot] = element;
}
