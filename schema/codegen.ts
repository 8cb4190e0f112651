import type { CodegenConfig } from "@graphql-codegen/cli";
import { type SubgraphName, subgraphNames, subgraphSdl } from "./subgraph-sdl.ts";

/**
 * What the resolvers of a type are handed, where that is not the type itself: `Type: "file.ts#Name"`, the file
 * as seen from schema/generated. A type that is not listed is handed a part of itself, and its field resolvers
 * add the rest.
 */
const mappers: Record<SubgraphName, Record<string, string>> = {
	registry: {
		Project: "../../core/registry/snapshot.ts#RegistrySnapshot",
		Entity: "../../core/registry/registry-object.ts#EntityObject",
		DataSource: "../../core/registry/registry-object.ts#DataSourceObject",
		FeatureView: "../../core/registry/registry-object.ts#FeatureViewObject",
		Feature: "../../core/registry/registry-object.ts#FeatureObject",
		FeatureService: "../../core/registry/registry-object.ts#FeatureServiceObject",
		SearchResult: "../../core/registry/registry-object.ts#RegistryObject",
		Plan: "../../core/registry/plan.ts#Plan",
		DefinitionError: "../../core/definitions/definition-error.ts#DefinitionError",
	},
	models: {
		Model: "../../core/ports/model-store.ts#Model",
		ModelVersion: "../../core/ports/model-store.ts#ModelVersion",
		UserError: "../../core/errors/user-error.ts#UserError",
	},
	serving: {
		FeatureFrame: "../../core/reads/frame.ts#FeatureFrame",
		FeatureColumn: "../../core/reads/frame.ts#FrameColumn",
		TrainingSet: "../../core/ports/training-store.ts#TrainingSet",
		MaterializationRun: "../../core/ports/run-store.ts#Run",
		UserError: "../../core/errors/user-error.ts#UserError",
	},
	monitoring: {
		Alert: "../../core/ports/alert-store.ts#Alert",
		UserError: "../../core/errors/user-error.ts#UserError",
	},
};

/** Custom scalars as resolvers see them: `schema/scalars` turns them into what travels and back. */
const scalars = {
	ID: "string",
	DateTime: "bigint",
	Date: "string",
	Int64: "bigint",
	Bytes: "string",
	FeatureRef: "string",
	FeatureValue: "unknown",
	EntityRow: "unknown",
	JSON: "unknown",
	_FieldSet: "string",
	_Any: "unknown",
};

export const codegenConfig: CodegenConfig = {
	silent: true,
	generates: Object.fromEntries(subgraphNames.map((name) => [`schema/generated/${name}.ts`, output(name)])),
};

function output(name: SubgraphName): CodegenConfig["generates"][string] {
	return {
		schema: subgraphSdl(name),
		plugins: ["typescript", "typescript-resolvers"],
		config: {
			federation: true,
			contextType: "../../core/ports/subgraph.ts#OperationContext",
			mappers: aliased(mappers[name]),
			defaultMapper: "Partial<{T}>",
			scalars,
			strictScalars: true,
			enumsAsTypes: true,
			useTypeImports: true,
			immutableTypes: true,
			avoidOptionals: { field: true },
			maybeValue: "T | null",
			inputMaybeValue: "T | null | undefined",
			resolverTypeWrapperSignature: "Promise<T> | T",
			skipTypename: true,
			emitLegacyCommonJSImports: false,
			importExtension: "",
		},
	};
}

/** Imports a mapper as `NameSource`, since most have the name of the type that they stand for. */
function aliased(sources: Readonly<Record<string, string>>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(sources).map(([type, source]) => [type, `${source} as ${source.split("#")[1]}Source`]),
	);
}
