/** Definitions as people write them, so that a difference is told in the words of the files. */
import { formatDuration } from "../time/duration.ts";
import { type Column, formatValueType } from "../values/type.ts";
import type { Definition, FeatureDefinition, GraphqlNames, SourceDefinition, ViewDefinition } from "./model.ts";

type Written = Readonly<Record<string, unknown>>;

export function writtenForm(definition: Definition): Written {
	const { description, owner, tags } = definition;
	const governance = { description, owner, tags: tags.length === 0 ? null : tags };
	switch (definition.kind) {
		case "entity":
			return { joinKeys: columns(definition.joinKeys), ...graphql(definition.graphql), ...governance };
		case "source":
			return { ...source(definition), ...governance };
		case "view":
			return { ...view(definition), ...graphql(definition.graphql), ...governance };
		case "service": {
			const bindings = Object.fromEntries(
				definition.bindings.map(({ alias, view: bound, joinKeys }) => [alias, { view: bound, joinKeys }]),
			);
			return { features: definition.features, bindings, ...governance };
		}
	}
}

const columns = (list: readonly Column[]): Written =>
	Object.fromEntries(list.map(({ name, type }) => [name, formatValueType(type)]));

const graphql = (names: GraphqlNames): Written => (Object.keys(names).length === 0 ? {} : { graphql: names });

const duration = (seconds: number | null): string | null => (seconds === null ? null : formatDuration(seconds));

function source({
	origin,
	query,
	eventTime,
	createdTime,
	availableTime,
	tieBreak,
	columns: declared,
	expressions = {},
}: SourceDefinition) {
	const available =
		availableTime?.kind === "delay" ? { delay: duration(availableTime.seconds) } : (availableTime?.column ?? null);
	return {
		...writtenOrigin(origin),
		query,
		eventTime,
		createdTime,
		availableTime: available,
		tieBreak: tieBreak.length === 0 ? null : tieBreak,
		columns: declared === null ? null : { ...columns(declared), ...computed(declared, expressions) },
	};
}

const computed = (list: readonly Column[], expressions: Readonly<Record<string, string>>): Written =>
	Object.fromEntries(
		list.flatMap(({ name, type }) =>
			Object.hasOwn(expressions, name) ? [[name, { type: formatValueType(type), expression: expressions[name] }]] : [],
		),
	);

function writtenOrigin(origin: SourceDefinition["origin"]): Written {
	switch (origin.kind) {
		case "parquet":
		case "csv":
			return { [origin.kind]: origin.path };
		case "postgres":
			return { postgres: { connection: origin.connection, table: origin.table } };
		case "push":
			return { push: {} };
		case "source":
			return { from: origin.source };
	}
}

function view(definition: ViewDefinition): Written {
	const features = Object.fromEntries(definition.features.map((each) => [each.name, feature(each)]));
	if (definition.viewKind === "ON_DEMAND") {
		const { request, views } = definition.inputs;
		const { transform } = definition;
		const written = transform === undefined ? null : `./${transform.file}#${transform.name}`;
		// A file that has changed makes a new version: the plan says so.
		const content = transform === undefined ? null : transform.sha256;
		return {
			kind: "on-demand",
			inputs: { request: columns(request), views },
			transform: written,
			transformSha256: content,
			features,
		};
	}
	const { entities, ttlSeconds, freshnessSlaSeconds, partial, online, offline, schedule, transformation } = definition;
	return {
		kind: "batch",
		entities,
		source: definition.source,
		ttl: duration(ttlSeconds),
		freshness: freshnessSlaSeconds === null ? null : { sla: duration(freshnessSlaSeconds) },
		partial,
		online,
		offline,
		schedule,
		transformation,
		features,
	};
}

function feature({ type, description, tags, classification, expression, graphql: names }: FeatureDefinition): Written {
	return {
		type: formatValueType(type),
		description,
		tags: tags.length === 0 ? null : tags,
		classification,
		expression,
		...graphql(names),
	};
}
