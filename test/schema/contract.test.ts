import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import { createGateway } from "../../gateway/gateway.ts";
import { inProcessSubgraph } from "../../gateway/transport/in-process.ts";
import { CompositionError, compose } from "../../schema/compose.ts";
import { entityRowScalar } from "../../schema/scalars/entity-row.ts";
import { type SubgraphName, servingSdl, subgraphNames, subgraphSdl } from "../../schema/subgraph-sdl.ts";
import { authenticate, recordingLogger } from "../gateway/support/gateway.ts";

const sources = () => subgraphNames.map((name) => ({ name, sdl: subgraphSdl(name) }));
const face = `
extend type Entities { airport(airport: String!): Airport airportList(keys: [AirportKey!]!): [Airport!]! }
input AirportKey { airport: String! }
type Airport @key(fields: "airport") { airport: String! features(asOf: DateTime): AirportFeatures }
type AirportFeatures { airportDelays: AirportDelaysRow }
type AirportDelaysRow { delayMean1h: Float meta_: FeatureRowMeta! }
`;

describe("the contract", () => {
	it("composes", () => {
		expect(compose(sources()).publicSdl).toContain("type FeatureView");
	});

	it("composes with the typed face of a registry", () => {
		const faced = sources().map(({ name, sdl }) => ({ name, sdl: name === "serving" ? servingSdl(face) : sdl }));
		expect(compose(faced).publicSdl).toContain("type AirportDelaysRow");
		expect(servingSdl("")).toBe(subgraphSdl("serving"));
	});

	it("says which subgraphs do not fit", () => {
		const broken = sources().map(({ name, sdl }) => ({
			name,
			sdl: name === "models" ? sdl.replace("PageInfo @shareable", "PageInfo") : sdl,
		}));
		expect(() => compose(broken)).toThrow(CompositionError);
		expect(() => compose(broken)).toThrow(/PageInfo.*MODELS|PageInfo.*models/s);
	});
});

const toText = (value: unknown): string =>
	JSON.stringify(value, (_, member: unknown) => (typeof member === "bigint" ? `${member}n` : member));

const resolvers: Record<SubgraphName, object> = {
	registry: {
		Query: {
			node: (_: unknown, { id }: { id: string }) => ({ __typename: id.split(":")[0], id }),
			featureView: () => ({ id: "FeatureView:1", name: "delays", project: "default", version: 1 }),
		},
		FeatureView: {
			features: () => ({ edges: [{ cursor: "1", node: { id: "Feature:1", name: "mean" } }] }),
		},
		Feature: { __resolveReference: ({ id }: { id: string }) => ({ id, name: "mean" }) },
	},
	models: {
		Feature: {
			__resolveReference: ({ id }: { id: string }) => ({ id }),
			modelVersions: () => ({
				edges: [{ node: { id: "ModelVersion:1", version: 3, trainingSet: { id: "TrainingSet:7" } } }],
			}),
		},
		ModelVersion: { __resolveReference: ({ id }: { id: string }) => ({ id, version: 3 }) },
	},
	serving: {
		EntityRow: entityRowScalar,
		Query: {
			onlineFeatures: (_: unknown, args: { entities: unknown; select: unknown }) => ({
				rowCount: 1,
				columns: [{ name: toText(args), feature: { id: "Feature:1" } }],
			}),
		},
		TrainingSet: { __resolveReference: ({ id }: { id: string }) => ({ id, url: "/files/sets/7.parquet" }) },
	},
	monitoring: {
		Query: {
			alerts: () => ({
				edges: [
					{ node: { id: "Alert:1", subject: { __typename: "Feature", id: "Feature:1" } } },
					{ node: { id: "Alert:2", subject: { __typename: "FeatureView", id: "FeatureView:1" } } },
				],
			}),
		},
		FeatureView: {
			__resolveReference: ({ id }: { id: string }) => ({ id }),
			freshness: () => ({ status: "LATE", eventLagSeconds: 7 }),
		},
	},
};

describe("the graph of the contract", () => {
	it("is walked from a feature to its models, training sets and alerts", async () => {
		const logger = recordingLogger([]);
		const gateway = await createGateway({
			subgraphs: subgraphNames.map((name) => {
				const sdl = subgraphSdl(name);
				const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers[name] as never }]);
				return inProcessSubgraph(name, () => ({ sdl, schema }), logger);
			}),
			authenticate,
			logger,
			files: {
				blobs: { stat: async () => null, read: () => Promise.reject(new Error()) },
				upload: () => Promise.reject(new Error()),
				uploaded: () => Promise.reject(new Error()),
			},
		});
		await gateway.refresh();
		const ask = async (query: string) => {
			const response = await gateway.app.inject({ method: "POST", url: "/graphql", payload: { query } });
			return response.json<{ data: unknown; errors?: unknown }>();
		};

		expect(
			await ask(
				'{ featureView(name: "delays") { name freshness { status } features { edges { node { name modelVersions { edges { node { version trainingSet { url } } } } } } } } }',
			),
		).toEqual({
			data: {
				featureView: {
					name: "delays",
					freshness: { status: "LATE" },
					features: {
						edges: [
							{
								node: {
									name: "mean",
									modelVersions: { edges: [{ node: { version: 3, trainingSet: { url: "/files/sets/7.parquet" } } }] },
								},
							},
						],
					},
				},
			},
		});
		expect(
			await ask(
				'{ a: node(id: "TrainingSet:7") { __typename id ... on TrainingSet { url } } b: node(id: "ModelVersion:1") { ... on ModelVersion { version } } }',
			),
		).toEqual({
			data: { a: { __typename: "TrainingSet", id: "TrainingSet:7", url: "/files/sets/7.parquet" }, b: { version: 3 } },
		});
		expect(
			await ask(
				"{ alerts { edges { node { subject { __typename ... on Feature { name } ... on FeatureView { id } } } } } }",
			),
		).toEqual({
			data: {
				alerts: {
					edges: [
						{ node: { subject: { __typename: "Feature", name: "mean" } } },
						{ node: { subject: { __typename: "FeatureView", id: "FeatureView:1" } } },
					],
				},
			},
		});
		expect(
			await ask(
				'{ onlineFeatures(select: { features: ["a:b"] }, entities: [{ user: 9007199254740993, n: 1.5, s: "x", no: null }]) { columns { name feature { name } } } }',
			),
		).toMatchObject({
			data: {
				onlineFeatures: {
					columns: [
						{
							name: expect.stringContaining('"entities":[{"n":1.5,"no":null,"s":"x","user":"9007199254740993n"}]'),
							feature: { name: "mean" },
						},
					],
				},
			},
		});
		await gateway.close();
	});
});
