/** Definition files as YAML: their sections, and where in the text each part of them stands. */
import {
	type Document,
	isAlias,
	isCollection,
	isMap,
	isScalar,
	isSeq,
	LineCounter,
	type Pair,
	parseDocument,
	visit,
	type YAMLMap,
} from "yaml";
import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import type { DefinitionError, Place } from "./definition-error.ts";

export interface DefinitionFile {
	readonly path: string;
	readonly content: string;
}

export type YamlPath = readonly (string | number)[];

/** A file that is a YAML map. */
export interface ParsedFile {
	readonly path: string;
	readonly content: Readonly<Record<string, unknown>>;
	/** Where a path of the content stands; where it does not exist, the nearest part above it that does. */
	placeOf(path: YamlPath, part?: "key" | "value"): Place;
}

export const fileLimits = { files: 1000, characters: 8 * 1024 * 1024 } as const;

/** The files that are YAML, in the order of their paths, and what is wrong with the others. */
export function parseFiles(files: readonly DefinitionFile[]): {
	readonly files: readonly ParsedFile[];
	readonly errors: readonly DefinitionError[];
} {
	checkLimits(files);
	const parsed: ParsedFile[] = [];
	const errors: DefinitionError[] = [];
	const inOrder = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
	for (const [index, file] of inOrder.entries()) {
		if (inOrder[index - 1]?.path === file.path) {
			errors.push({
				code: "DUPLICATE_NAME",
				message: `The file "${file.path}" is given twice.`,
				nearest: [],
				name: file.path,
			});
			continue;
		}
		const result = parseFile(file);
		if (Array.isArray(result)) errors.push(...result);
		else parsed.push(result);
	}
	return { files: parsed, errors };
}

function checkLimits(files: readonly DefinitionFile[]): void {
	const characters = files.reduce((sum, { content }) => sum + content.length, 0);
	if (files.length <= fileLimits.files && characters <= fileLimits.characters) return;
	throw new FeaturegraphError(
		"LIMIT_EXCEEDED",
		`A project has at most ${fileLimits.files} definition files with ${fileLimits.characters} characters together; these are ${files.length} with ${characters}.`,
		{ hint: "Put fewer definitions into one project, or leave out files that are none." },
	);
}

function parseFile({ path, content: text }: DefinitionFile): ParsedFile | DefinitionError[] {
	const lines = new LineCounter();
	const document = parseDocument(text, {
		lineCounter: lines,
		prettyErrors: false,
		logLevel: "silent",
		uniqueKeys: false,
	});
	const at = (offset: number): Place => {
		const { line, col } = lines.linePos(offset);
		return { file: path, line: Math.max(1, line), column: Math.max(1, col) };
	};
	// YAML forbids it, and PostgreSQL cannot keep it.
	const nul = text.indexOf("\0");
	if (nul !== -1) {
		return [{ code: "DEFINITION_SYNTAX", message: "The file has a character U+0000.", nearest: [], ...at(nul) }];
	}
	if (document.errors.length > 0) {
		return document.errors.map(({ message, pos }) => ({
			code: "DEFINITION_SYNTAX",
			message: `Not YAML: ${firstLine(message)}.`,
			nearest: [],
			...at(pos[0]),
		}));
	}
	const repeated = repeatedKeys(document, at);
	if (repeated.length > 0) return repeated;
	let content: unknown;
	try {
		content = document.toJS();
	} catch (error) {
		const reason = error instanceof Error ? firstLine(error.message) : String(error);
		return [{ code: "DEFINITION_SYNTAX", message: `Not YAML that can be used: ${reason}.`, nearest: [], ...at(0) }];
	}
	content ??= {};
	if (typeof content !== "object" || Array.isArray(content)) {
		const message = "A definition file is a map with the sections entities, sources, views and services.";
		return [{ code: "DEFINITION_INVALID", message, nearest: [], ...at(0) }];
	}
	return {
		path,
		content: content as Readonly<Record<string, unknown>>,
		placeOf: (yamlPath, part) => at(offsetOf(document, yamlPath, part)),
	};
}

/** Told here, since the parser's own check compares every key of a map with every other. */
function repeatedKeys(document: Document.Parsed, at: (offset: number) => Place): DefinitionError[] {
	const errors: DefinitionError[] = [];
	visit(document, {
		Map(_, { items }) {
			const seen = new Set<string>();
			for (const { key } of items) {
				if (!isScalar(key)) continue;
				const name = String(key.value);
				if (seen.has(name)) {
					errors.push({
						code: "DUPLICATE_NAME",
						message: `"${name}" stands twice in one map.`,
						nearest: [],
						name,
						hint: "Remove or rename one of them.",
						...at(startOf(key) ?? 0),
					});
				}
				seen.add(name);
			}
		},
	});
	return errors;
}

const firstLine = (message: string): string => (message.split("\n")[0] ?? "").replace(/[.:]$/, "");

/** A scalar stands where its text begins, a map or list where its key does. */
function offsetOf(document: Document.Parsed, path: YamlPath, part?: "key" | "value"): number {
	let node: unknown = document.contents;
	let offset = 0;
	for (const [index, step] of path.entries()) {
		if (isAlias(node)) node = node.resolve(document);
		if (isMap(node)) {
			const pair = pairsOf(node).get(String(step));
			if (pair === undefined) return offset;
			const wantsKey = part === "key" && index === path.length - 1;
			offset = startOf(isScalar(pair.value) && !wantsKey ? pair.value : pair.key) ?? startOf(pair.key) ?? offset;
			node = pair.value;
		} else if (isSeq(node)) {
			node = node.items[Number(step)];
			if (node === undefined) return offset;
			offset = startOf(node) ?? offset;
		} else {
			return offset;
		}
	}
	return offset;
}

const pairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

/** The pairs of a map by their keys, looked up once: large files are asked for many places. */
function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
	let byKey = pairs.get(map);
	if (byKey === undefined) {
		byKey = new Map(map.items.map((pair) => [String(isScalar(pair.key) ? pair.key.value : pair.key), pair]));
		pairs.set(map, byKey);
	}
	return byKey;
}

function startOf(node: unknown): number | undefined {
	return isScalar(node) || isCollection(node) || isAlias(node) ? node.range?.[0] : undefined;
}
