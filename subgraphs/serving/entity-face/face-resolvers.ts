import type { GraphQLFieldResolver, GraphQLResolveInfo } from "graphql";
import { Kind, type SelectionSetNode } from "graphql";
import type { OperationContext } from "../../../core/ports/subgraph.ts";
import type { FeatureStatus } from "../../../core/reads/frame.ts";
import { encodeNodeId } from "../../../core/registry/node-id.ts";
import { decodeFeatureValue } from "../../../core/values/feature-value-in.ts";
import { encodeFeatureValue } from "../../../core/values/feature-value-out.ts";
import type { Column, ValueType } from "../../../core/values/type.ts";
import type { Micros, Value } from "../../../core/values/value.ts";
import { isStale } from "../../../services/serving/packed-reader.ts";
import type { ServingSubgraphDeps } from "../deps.ts";
import { answeringVersion } from "./answering-version.ts";
import type { EntityFace } from "./face.ts";
import type { FaceField, FaceType, FaceView } from "./face-view.ts";

/** One entity, by its join keys: no look-up is made before a feature is asked for. */
interface EntityNode {
	readonly keys: readonly Value[];
}

interface FeaturesNode extends EntityNode {
	readonly asOf: Micros | null;
}

interface RowNode {
	readonly status: FeatureStatus;
	readonly eventTime: Micros | null;
	readonly viewVersionId: number;
	readonly stale: boolean;
	/** FeatureValue JSON by feature. */
	readonly values: ReadonlyMap<string, unknown>;
}

type Resolver<Parent> = GraphQLFieldResolver<Parent, OperationContext, Record<string, unknown>>;
type Fields = Record<string, unknown>;

/** Resolvers of the generated types, for `buildSubgraphSchema`. */
export function entityFaceResolvers(face: EntityFace, deps: ServingSubgraphDeps): Record<string, Fields> {
	const resolvers: Record<string, Fields> = { Entities: {} };
	for (const type of face.types) {
		Object.assign(resolvers["Entities"] as Fields, entityRoots(type));
		resolvers[type.typeName] = entityFields(type);
		resolvers[`${type.typeName}Features`] = Object.fromEntries(
			type.views.map((view) => [view.fieldName, viewResolver(type, view, deps)]),
		);
		for (const view of type.views) resolvers[view.rowTypeName] = rowFields(view);
	}
	return resolvers;
}

function entityRoots(type: FaceType): Fields {
	const one: Resolver<unknown> = (_, args) => ({ keys: decodeFields(type.keys, args) }) satisfies EntityNode;
	const many: Resolver<unknown> = (_, args) =>
		(args["keys"] as readonly Record<string, unknown>[]).map(
			(key): EntityNode => ({ keys: decodeFields(type.keys, key) }),
		);
	return { [type.fieldName]: one, [`${type.fieldName}List`]: many };
}

function entityFields(type: FaceType): Fields {
	const features: Resolver<EntityNode> = ({ keys }, args) =>
		({ keys, asOf: (args["asOf"] as Micros | null | undefined) ?? null }) satisfies FeaturesNode;
	return {
		__resolveReference: (reference: Record<string, unknown>): EntityNode => ({
			keys: decodeFields(type.keys, reference),
		}),
		...Object.fromEntries(
			type.keys.map(({ fieldName, column }, index) => [
				fieldName,
				(({ keys }) => encodeFeatureValue(keys[index] ?? null, column.type)) satisfies Resolver<EntityNode>,
			]),
		),
		features,
	};
}

/** All wait for the same snapshot, which is in memory, and nothing else, before they call the loader: so it is one read. */
function viewResolver(type: FaceType, face: FaceView, deps: ServingSubgraphDeps): Resolver<FeaturesNode> {
	const byField = new Map(face.features.map(({ fieldName, column }) => [fieldName, column]));
	return async ({ keys: keysOfType, asOf }, args, context, info) => {
		const keys = face.keyIndexes.map((index) => keysOfType[index] ?? null);
		const wanted = requestedFields(info).flatMap((field) => byField.get(field) ?? []);
		// Status and time of the row are those of any of its features.
		const columns = wanted.length > 0 ? wanted : face.features.slice(0, 1).map(({ column }) => column);
		const features = columns.map(({ name }) => name);
		const request = Object.fromEntries(
			face.args.map(({ column }, index) => [column.name, decodeFields(face.args, args)[index] ?? null]),
		);
		const { project } = type;
		const reader = deps.readerOf(context);
		const snapshot = await reader.snapshot(project);
		const view = face.isFrozen ? face.view : answeringVersion(snapshot, face.view, columns, { offline: asOf !== null });
		const row =
			asOf === null
				? await deps.featureRowsOf(context).load({ snapshot, view, keys, request, features })
				: await deps.asOfRowsOf(context).load({ project, view, asOf, features, row: encodeRow(face, keys, request) });
		const encode = (value: unknown, index: number): unknown =>
			// Past values come encoded already.
			asOf === null ? encodeFeatureValue(value as Value, (columns[index] as Column).type) : value;
		return {
			status: row.status,
			eventTime: row.eventTime,
			viewVersionId: view.id,
			stale: asOf === null && isStale(reader.use, view),
			values: new Map(features.map((name, index) => [name, encode(row.values[index], index)])),
		} satisfies RowNode;
	};
}

function encodeRow(face: FaceView, keys: readonly Value[], request: Readonly<Record<string, Value>>): Fields {
	const row: Fields = {};
	for (const [index, { name, type }] of face.view.joinKeys.entries()) {
		row[name] = encodeFeatureValue(keys[index] ?? null, type);
	}
	for (const { column } of face.args) row[column.name] = encodeFeatureValue(request[column.name] ?? null, column.type);
	return row;
}

function rowFields({ features }: FaceView): Fields {
	return {
		...Object.fromEntries(
			features.map(({ fieldName, column }) => [
				fieldName,
				((row) => toGraphql(row.values.get(column.name) ?? null, column.type)) satisfies Resolver<RowNode>,
			]),
		),
		meta_: (row: RowNode) => ({
			status: row.status,
			eventTime: row.eventTime,
			view: { id: encodeNodeId("FeatureView", row.viewVersionId) },
			stale: row.stale,
		}),
	};
}

/** GraphQL's Float has no NaN and no infinities: they are null here, and words in the generic read. */
function toGraphql(value: unknown, type: ValueType): unknown {
	if (type.scalar !== "FLOAT32" && type.scalar !== "FLOAT64") return value;
	if (Array.isArray(value)) return value.map((element) => (typeof element === "number" ? element : null));
	return typeof value === "number" ? value : null;
}

/** Arguments and representations come as GraphQL's scalars gave them: a DateTime is in microseconds already. */
function decodeFields(fields: readonly FaceField[], given: Record<string, unknown>): Value[] {
	return fields.map(({ fieldName, column }) => {
		const value = given[fieldName] ?? null;
		if (value === null) return null;
		if (column.type.scalar === "TIMESTAMP" && typeof value === "bigint") return value;
		return decodeFeatureValue(value, column.type);
	});
}

/** The names of the fields that are selected below this one, through fragments. */
function requestedFields(info: GraphQLResolveInfo): string[] {
	const names = new Set<string>();
	const collect = (selectionSet: SelectionSetNode | undefined): void => {
		for (const selection of selectionSet?.selections ?? []) {
			if (selection.kind === Kind.FIELD) names.add(selection.name.value);
			else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
			else collect(info.fragments[selection.name.value]?.selectionSet);
		}
	};
	for (const node of info.fieldNodes) collect(node.selectionSet);
	return [...names];
}
