import MiniSearch from "minisearch";
import { isAllowed, requirePermission } from "../../core/access/require-permission.ts";
import type { Owner } from "../../core/definitions/model.ts";
import { type Connection, pageOf, pageOfList } from "../../core/paging/connection.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { RegistryObject } from "../../core/registry/registry-object.ts";
import type { RegistrySnapshot } from "../../core/registry/snapshot.ts";
import type { SearchHit, SearchInput } from "./registry.ts";

interface Document {
	readonly id: string;
	readonly object: RegistryObject;
	readonly name: string;
	readonly description: string;
	readonly tags: readonly string[];
	readonly owner: Owner | null;
}

interface Index {
	readonly documents: ReadonlyMap<string, Document>;
	readonly words: MiniSearch;
}

/** One index per revision: it goes when its snapshot does. */
const indexes = new WeakMap<RegistrySnapshot, Index>();

/** Current objects and features that match, best first; all of them by name where no words are given. */
export async function searchRegistry(
	registry: RegistryReader,
	principal: Principal,
	input: SearchInput,
): Promise<Connection<RegistryObject, SearchHit>> {
	const page = pageOf(input);
	const found: { readonly document: Document; readonly score: number }[] = [];
	for (const project of await projectsOf(registry, principal, input.project)) {
		const index = indexFor(await registry.snapshot(project));
		for (const { id, score } of matches(index, input.text)) {
			const document = index.documents.get(id);
			if (document !== undefined && fits(document, input)) found.push({ document, score });
		}
	}
	found.sort(
		(a, b) => b.score - a.score || (a.document.name < b.document.name ? -1 : a.document.name > b.document.name ? 1 : 0),
	);
	const paged = pageOfList(found, page, ({ document }) => document.id);
	return {
		pageInfo: paged.pageInfo,
		edges: paged.edges.map(({ cursor, node }) => ({ cursor, node: node.document.object, score: node.score })),
	};
}

async function projectsOf(
	registry: RegistryReader,
	principal: Principal,
	project: string | null,
): Promise<readonly string[]> {
	if (project !== null) {
		requirePermission(principal, "READ", project);
		return [project];
	}
	return (await registry.projects()).filter((name) => isAllowed(principal, "READ", name));
}

function matches({ documents, words }: Index, text: string | null): readonly { id: string; score: number }[] {
	if (text === null || text.trim() === "") return [...documents.keys()].map((id) => ({ id, score: 1 }));
	return words.search(text.slice(0, 1000)).map(({ id, score }) => ({ id: String(id), score }));
}

function fits({ object, tags, owner }: Document, input: SearchInput): boolean {
	if (input.kinds !== null && !input.kinds.includes(object.kind)) return false;
	if (input.tags?.every((tag) => tags.includes(tag)) === false) return false;
	return input.owner === null || owner?.name.toLowerCase() === input.owner.toLowerCase();
}

function indexFor(snapshot: RegistrySnapshot): Index {
	const known = indexes.get(snapshot);
	if (known !== undefined) return known;
	const documents = new Map(documentsOf(snapshot).map((document) => [document.id, document]));
	const words = new MiniSearch({
		fields: ["name", "description", "tags", "owner"],
		extractField: (document: Document, field) => textOf(document, field),
		// `delay_mean_1h` is found by each of its words, and as a whole.
		tokenize: (text) => [...text.split(/[^\p{L}\p{N}]+/u), ...text.split(/[^\p{L}\p{N}_]+/u)],
		searchOptions: {
			boost: { name: 4, tags: 2 },
			prefix: true,
			fuzzy: 0.2,
			combineWith: "AND",
			tokenize: (text) => text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== ""),
		},
	});
	words.addAll([...documents.values()]);
	const index = { documents, words };
	indexes.set(snapshot, index);
	return index;
}

function textOf({ id, name, description, tags, owner }: Document, field: string): string {
	switch (field) {
		case "id":
			return id;
		case "name":
			return name;
		case "description":
			return description;
		case "tags":
			return tags.join(" ");
		default:
			return owner === null ? "" : `${owner.name} ${owner.contact ?? ""}`;
	}
}

function documentsOf(snapshot: RegistrySnapshot): Document[] {
	const objects = [
		...currentOf(snapshot, "Entity", snapshot.entities),
		...currentOf(snapshot, "DataSource", snapshot.sources),
		...currentOf(snapshot, "FeatureView", snapshot.views),
		...currentOf(snapshot, "FeatureService", snapshot.services),
	];
	return objects.flatMap((object) => {
		const { name, description, tags, owner } = object.version.definition;
		const id = `${object.kind}:${object.version.id}`;
		const own: Document = { id, object, name, description: description ?? "", tags, owner };
		if (object.kind !== "FeatureView") return [own];
		const features = object.version.definition.features.map(
			(feature): Document => ({
				id: `Feature:${object.version.id}:${feature.name}`,
				object: { kind: "Feature", project: object.project, version: object.version, feature },
				name: feature.name,
				description: feature.description ?? "",
				// What is said of a view is said of its features.
				tags: [...new Set([...feature.tags, ...tags])],
				owner,
			}),
		);
		return [own, ...features];
	});
}

type ObjectOf<K> = Extract<RegistryObject, { readonly kind: K }>;

function currentOf<K extends "Entity" | "DataSource" | "FeatureView" | "FeatureService">(
	{ project }: RegistrySnapshot,
	kind: K,
	versions: ReadonlyMap<string, { readonly current: ObjectOf<K>["version"] | null }>,
): ObjectOf<K>[] {
	return [...versions.values()].flatMap(({ current }) =>
		current === null ? [] : [{ kind, project, version: current } as ObjectOf<K>],
	);
}
