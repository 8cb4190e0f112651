/**
 * Functions in files of one folder that the operator trusts: they run with all rights of the process. What runs is the
 * content that was hashed: a file is read once, stripped of its types and loaded from memory, so that it finds no other
 * file by a relative path and no package. That is no sandbox: nothing keeps it from importing `file:///…`.
 */
import { createHash } from "node:crypto";
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { join, sep } from "node:path";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { nearestNames } from "../../core/errors/nearest.ts";
import { EvaluationFailure } from "../../core/expressions/expression-error.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { RowFunction, Transforms } from "../../core/ports/transforms.ts";

export interface LocalTransformsOptions {
	/** Null: functions are switched off. */
	readonly folder: string | null;
	/** A project's functions are those of the folder of its name, in that one. */
	readonly perProject: boolean;
	readonly logger: Logger;
}

const mostBytes = 1 << 20;
/** Files that are looked through for the content of an old version. */
const mostFiles = 1_000;
/** A call that takes longer is told, once per function and minute: nothing else runs meanwhile. */
const slowMs = 50;
const tellAgainMs = 60_000;
const projectName = /^[a-z][a-z0-9_]*$/;
const source = /\.(?:ts|mts|js|mjs)$/;

type Module = Readonly<Record<string, unknown>>;

interface Content {
	readonly text: string;
	readonly sha256: string;
}

export function localTransforms({ folder, perProject, logger }: LocalTransformsOptions): Transforms {
	const modules = new Map<string, Promise<Module>>();

	function trusted(project: string, file: string): string {
		if (folder !== null && !perProject) return folder;
		if (folder !== null && projectName.test(project)) return join(folder, project);
		throw new FeaturegraphError("UNSUPPORTED", "Functions as transforms are switched off in this installation.", {
			name: file,
			hint: "Set FEATUREGRAPH_TRANSFORMS to the folder of the files that you trust, or write the features as expressions.",
		});
	}

	const hint = (project: string): string =>
		perProject
			? `Paths are relative to the folder \`${project}\` in FEATUREGRAPH_TRANSFORMS: each project has its own. FEATUREGRAPH_TRANSFORMS_PER_PROJECT=false lets all name any file.`
			: "Paths are relative to FEATUREGRAPH_TRANSFORMS.";

	async function read(project: string, file: string): Promise<Content> {
		const root = await realpath(trusted(project, file)).catch(() => null);
		const path = root === null ? null : await realpath(join(root, file)).catch(() => null);
		if (root === null || path === null || !path.startsWith(root + sep))
			throw unreadable(file, "there is no such file", hint(project));
		const { size } = await stat(path);
		if (size > mostBytes) throw unreadable(file, `it has more than ${mostBytes} bytes`, hint(project));
		const text = await readFile(path, "utf8");
		return { text, sha256: createHash("sha256").update(text).digest("hex") };
	}

	/** The content of a version: where its definition says, or else in whatever file it lies by now. */
	async function find(project: string, file: string, sha256: string): Promise<Content> {
		const named = await read(project, file).catch((error: unknown) => {
			if (folder === null) throw error;
			return null;
		});
		if (named?.sha256 === sha256) return named;
		const names = await readdir(trusted(project, file), { recursive: true }).catch(() => []);
		for (const name of names.filter((each) => source.test(each)).slice(0, mostFiles)) {
			const content = await read(project, name).catch(() => null);
			if (content?.sha256 === sha256) return content;
		}
		throw new FeaturegraphError("UNREADABLE_FILE", `The file ${file} has another content than this version.`, {
			name: file,
			hint: "Apply the definitions for a new version; keep the old content in another file of the folder while the old version is read.",
		});
	}

	function load(file: string, { text, sha256 }: Content): Promise<Module> {
		const known = modules.get(sha256);
		if (known !== undefined) return known;
		const loading = importText(file, text);
		modules.set(sha256, loading);
		loading.catch(() => modules.delete(sha256));
		return loading;
	}

	function functionOf(file: string, name: string, loaded: Module): RowFunction {
		const found = Object.hasOwn(loaded, name) ? loaded[name] : undefined;
		if (typeof found === "function") return guarded(file, name, found as RowFunction, logger);
		throw new FeaturegraphError("DEFINITION_INVALID", `The file ${file} exports no function "${name}".`, {
			name,
			nearest: nearestNames(
				name,
				Object.keys(loaded).filter((each) => typeof loaded[each] === "function"),
			),
			hint: `Write \`export function ${name}(inputs) { … }\`.`,
		});
	}

	return {
		async fingerprint(project, file, name) {
			const content = await read(project, file);
			functionOf(file, name, await load(file, content));
			return content.sha256;
		},
		// What this process has loaded once stays, whatever becomes of the file.
		load: async (project, { file, name, sha256 }) =>
			functionOf(file, name, await (modules.get(sha256) ?? load(file, await find(project, file, sha256)))),
	};
}

async function importText(file: string, text: string): Promise<Module> {
	try {
		const code = /\.m?ts$/.test(file) ? stripTypeScriptTypes(text) : text;
		return (await import(`${urlStart}${Buffer.from(code).toString("base64")}`)) as Module;
	} catch (error) {
		const reason = error instanceof Error ? named(file, error.message).split("\n")[0] : "an unknown error";
		throw new FeaturegraphError(
			"DEFINITION_INVALID",
			`The file ${file} cannot be loaded: ${reason}`,
			{ name: file, hint: "It stands alone: it may import Node's own modules (node:…), and no other file or package." },
			{ cause: error },
		);
	}
}

const urlStart = "data:text/javascript;base64,";

/** A file's URL is all of its content: a text that is read has its name in the place. */
const named = (file: string, text: string): string =>
	text.replaceAll(/data:text\/javascript;base64,[\w+/=]*/g, () => file);

function withNamedFile(file: string, error: unknown): unknown {
	if (!(error instanceof Error)) return error;
	const { name, message, stack = "", cause } = error;
	return Object.assign(new Error(message), { name, stack: named(file, stack), cause });
}

/** Failures are ERROR for the row, without their details; the log has these, once a minute. */
function guarded(file: string, name: string, call: RowFunction, logger: Logger): RowFunction {
	const transform = `${file}#${name}`;
	let toldAt = Number.NEGATIVE_INFINITY;
	const tell = (details: object, message: string): void => {
		if (performance.now() - toldAt < tellAgainMs) return;
		toldAt = performance.now();
		logger.error({ transform, ...details }, message);
	};
	return (inputs) => {
		const begun = performance.now();
		let made: unknown;
		try {
			made = call(inputs);
		} catch (error) {
			tell({ err: withNamedFile(file, error) }, "The function of a view failed");
			throw new EvaluationFailure(`The function ${transform} failed.`);
		}
		const took = performance.now() - begun;
		if (took > slowMs)
			tell({ milliseconds: Math.round(took) }, "The function of a view is slow: nothing else runs meanwhile");
		return made;
	};
}

const unreadable = (file: string, reason: string, hint: string): FeaturegraphError =>
	new FeaturegraphError("UNREADABLE_FILE", `The file ${file} of functions cannot be read: ${reason}.`, {
		name: file,
		hint,
	});
