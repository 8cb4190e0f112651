/**
 * The hash of what decides the values of an object. Owner, tags, descriptions, schedules and the order of maps are no
 * part of it; what the object is made from is, by its own hash.
 */
import { createHash } from "node:crypto";
import { canonicalJson } from "../values/canonical-json.ts";
import type { Column } from "../values/type.ts";
import type {
	BatchViewDefinition,
	EntityDefinition,
	OnDemandViewDefinition,
	ServiceDefinition,
	SourceDefinition,
} from "./model.ts";

/** Of the way hashes are made: another one makes new versions of everything. */
const format = 1;

/** SHA-256 (hex) of the canonical text of a JSON value. */
export function hashOf(value: unknown): string {
	const text = canonicalJson(value);
	if (text === undefined) throw new Error("A definition holds what is no JSON.");
	return createHash("sha256").update(text).digest("hex");
}

const columns = (list: readonly Column[]) => Object.fromEntries(list.map(({ name, type }) => [name, type]));

const hash = (kind: string, name: string, content: object): string => hashOf({ format, kind, name, ...content });

export const entityHash = ({ name, joinKeys }: EntityDefinition): string =>
	hash("entity", name, { joinKeys: columns(joinKeys) });

/** `base` is the hash of the source that this one reads. */
export function sourceHash(source: SourceDefinition, base: string | null): string {
	const { name, origin, query, eventTime, createdTime, availableTime, tieBreak } = source;
	const declared = source.columns === null ? null : columns(source.columns);
	return hash("source", name, {
		origin,
		query,
		eventTime,
		createdTime,
		availableTime,
		tieBreak,
		columns: declared,
		base,
		...(source.expressions === undefined ? {} : { expressions: source.expressions }),
	});
}

/** `entities` are the hashes of the entities, in the order of the view. */
export function batchViewHash(view: BatchViewDefinition, entities: readonly string[], source: string): string {
	const { name, ttlSeconds, partial, transformation, features } = view;
	return hash("view", name, {
		viewKind: view.viewKind,
		entities,
		source,
		ttlSeconds,
		partial,
		transformation,
		features: columns(features),
	});
}

/** `inputs` are the hashes of the input views, in the order of the view. */
export function onDemandViewHash(view: OnDemandViewDefinition, inputs: readonly string[]): string {
	const features = Object.fromEntries(view.features.map(({ name, type, expression }) => [name, { type, expression }]));
	return hash("view", view.name, {
		viewKind: view.viewKind,
		request: columns(view.inputs.request),
		inputs,
		features,
		...(view.transform === undefined ? {} : { transform: view.transform }),
	});
}

/** One column that a service reads, with the hash of its view. */
export interface HashedFeature {
	readonly prefix: string;
	readonly view: string;
	readonly feature: string;
	readonly joinKeys: Readonly<Record<string, string>>;
}

export const serviceHash = ({ name }: ServiceDefinition, features: readonly HashedFeature[]): string =>
	hash("service", name, { features });
