import type { GraphQLFieldResolver, GraphQLResolveInfo } from "graphql";
import { Kind, type SelectionSetNode } from "graphql";
import type { OperationContext } from "../../../core/ports/subgraph.ts";
import { encodeNodeId } from "../../../core/registry/node-id.ts";
import type { RegistrySnapshot, ViewVersion } from "../../../core/registry/snapshot.ts";
import { decodeFeatureValue } from "../../../core/values/feature-value-in.ts";
import { encodeFeatureValue } from "../../../core/values/feature-value-out.ts";
import type { Micros, Value } from "../../../core/values/value.ts";
import type { AskedFeatures } from "../../../loaders/feature-rows.ts";
import type { AskedRow } from "../../../services/serving/read/feature-rows.ts";
import type { ServingSubgraphDeps } from "../deps.ts";
import { answeringVersion } from "./answering-version.ts";
import type { EntityFace } from "./face.ts";
import type { RowNode } from "./face-rows.ts";
import { metaOf, pastRowNode, rowNodes } from "./face-rows.ts";
import type { FaceField, FaceType, FaceView } from "./face-view.ts";

/** One entity, by its join keys, now or at an instant: no look-up is made before a feature is asked for. */
interface EntityNode {
	readonly keys: readonly Value[];
	readonly asOf: Micros | null;
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
		for (const view of type.views) resolvers[view.rowTypeName] = rowFields;
	}
	return resolvers;
}

function entityRoots(type: FaceType): Fields {
	const one: Resolver<unknown> = (_, args) => entityNode(type, args);
	const many: Resolver<unknown> = (_, args) =>
		(args["keys"] as readonly Record<string, unknown>[]).map((key) => entityNode(type, key));
	return { [type.fieldName]: one, [`${type.fieldName}List`]: many };
}

const entityNode = ({ keys }: FaceType, given: Record<string, unknown>): EntityNode => ({
	keys: decodeFields(keys, given),
	asOf: null,
});

function entityFields(type: FaceType): Fields {
	const features: Resolver<EntityNode> = (entity, args): EntityNode => {
		const asOf = (args["asOf"] as Micros | null | undefined) ?? null;
		return asOf === null ? entity : { keys: entity.keys, asOf };
	};
	return {
		__resolveReference: (reference: Record<string, unknown>): EntityNode => entityNode(type, reference),
		...Object.fromEntries(
			type.keys.map(({ fieldName, column }, index) => [
				fieldName,
				(({ keys }) => encodeFeatureValue(keys[index] ?? null, column.type)) satisfies Resolver<EntityNode>,
			]),
		),
		features,
	};
}

/** What a place in a document asks of a view. */
interface Asked extends AskedFeatures<RowNode> {
	readonly fields: readonly FaceField[];
}

function viewResolver(type: FaceType, face: FaceView, deps: ServingSubgraphDeps): Resolver<EntityNode> {
	// The field nodes of a place are the same list for each of its rows, and for all executions of a compiled operation.
	const places = new WeakMap<GraphQLResolveInfo["fieldNodes"], Asked>();
	const askedAt = (info: GraphQLResolveInfo): Asked => {
		let asked = places.get(info.fieldNodes);
		if (asked === undefined) {
			asked = askedOf(type, face, requestedFields(info));
			places.set(info.fieldNodes, asked);
		}
		return asked;
	};
	const { keyIndexes } = face;
	return ({ keys: keysOfType, asOf }, args, context, info) => {
		const asked = askedAt(info);
		const keys = keyIndexes.map((index) => keysOfType[index] ?? null);
		const request = face.args.length === 0 ? noRequest : requestOf(face, args);
		if (asOf === null) return deps.featureRowsOf(context).load(asked, { keys, request });
		return pastRow(deps, context, { asked, project: type.project, face, row: { keys, request }, asOf });
	};
}

function askedOf({ project }: FaceType, face: FaceView, requested: ReadonlySet<string>): Asked {
	const wanted = face.features.filter(({ fieldName }) => requested.has(fieldName));
	// Status and time of the row are those of any of its features.
	const fields = wanted.length > 0 ? wanted : face.features.slice(0, 1);
	const columns = fields.map(({ column }) => column);
	const features = columns.map(({ name }) => name);
	let last: { readonly snapshot: RegistrySnapshot; readonly view: ViewVersion } | null = null;
	return {
		project,
		fields,
		in(snapshot) {
			if (last?.snapshot !== snapshot) {
				const view = face.isFrozen ? face.view : answeringVersion(snapshot, face.view, columns, { offline: false });
				last = { snapshot, view };
			}
			return { view: last.view, features };
		},
		rowsOf: (found, view, use) => rowNodes(fields, found, view, use),
	};
}

interface PastRow {
	readonly asked: Asked;
	readonly project: string;
	readonly face: FaceView;
	readonly row: AskedRow;
	readonly asOf: Micros;
}

async function pastRow(
	deps: ServingSubgraphDeps,
	context: OperationContext,
	{ asked: { fields }, project, face, row, asOf }: PastRow,
): Promise<RowNode> {
	const snapshot = await deps.readerOf(context).snapshot(project);
	const columns = fields.map(({ column }) => column);
	const view = face.isFrozen ? face.view : answeringVersion(snapshot, face.view, columns, { offline: true });
	const features = columns.map(({ name }) => name);
	const found = await deps.asOfRowsOf(context).load({ project, view, asOf, features, row: encodeRow(face, row) });
	const { status, eventTime } = found;
	return pastRowNode(fields, found.values, { status, eventTime, viewVersionId: view.id, stale: false });
}

const noRequest: AskedRow["request"] = Object.freeze({});

const requestOf = ({ args: fields }: FaceView, given: Fields): AskedRow["request"] => {
	const values = decodeFields(fields, given);
	return Object.fromEntries(fields.map(({ column }, index) => [column.name, values[index] ?? null]));
};

function encodeRow(face: FaceView, { keys, request }: AskedRow): Fields {
	const row: Fields = {};
	for (const [index, { name, type }] of face.view.joinKeys.entries()) {
		row[name] = encodeFeatureValue(keys[index] ?? null, type);
	}
	for (const { column } of face.args) row[column.name] = encodeFeatureValue(request[column.name] ?? null, column.type);
	return row;
}

/** Features are properties of the row. */
const rowFields: Fields = {
	meta_: (row: RowNode) => {
		const { status, eventTime, viewVersionId, stale } = metaOf(row);
		return { status, eventTime, view: { id: encodeNodeId("FeatureView", viewVersionId) }, stale };
	},
};

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
function requestedFields(info: GraphQLResolveInfo): ReadonlySet<string> {
	const names = new Set<string>();
	const collect = (selectionSet: SelectionSetNode | undefined): void => {
		for (const selection of selectionSet?.selections ?? []) {
			if (selection.kind === Kind.FIELD) names.add(selection.name.value);
			else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
			else collect(info.fragments[selection.name.value]?.selectionSet);
		}
	};
	for (const node of info.fieldNodes) collect(node.selectionSet);
	return names;
}
