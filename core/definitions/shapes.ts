/**
 * The shapes of definition files, in zod: what is checked, and what `schema/definitions.schema.json` is made from.
 * The message of an issue is the code of its error; that of an unknown field lists the known ones behind it.
 */
import { z } from "zod";
import { parseDuration } from "../time/duration.ts";
import { parseValueType, scalarTypes } from "../values/type.ts";
import { isCron } from "./cron.ts";
import { parseTransform } from "./transform.ts";

const longestText = 10_000;
const mostTags = 50;

const scalars = scalarTypes.map((type) => type.toLowerCase());
export const typeNames: readonly string[] = [
	...scalars,
	...scalars.filter((type) => type !== "json").map((type) => `array<${type}>`),
];

/** Strict, telling the known fields with an unknown one. */
function fields<Shape extends z.ZodRawShape>(shape: Shape) {
	return z.strictObject(shape, {
		error: (issue) =>
			issue.code === "unrecognized_keys" ? `UNKNOWN_FIELD ${Object.keys(shape).join(" ")}` : undefined,
	});
}

const text = z.string().max(longestText);
const column = z.string().min(1).max(63);
const valueType = z
	.string("INVALID_TYPE")
	.refine((value) => parseValueType(value) !== undefined, "INVALID_TYPE")
	.meta({ enum: [...typeNames], description: "The type of a value." });
const duration = z
	.string("INVALID_DURATION")
	.refine((value) => parseDuration(value) !== undefined, "INVALID_DURATION")
	.meta({ pattern: "^[0-9]+[smhd]$", description: "A duration: 30s, 5m, 2h, 7d." });
const expression = z.string().min(1).max(longestText);
const graphqlName = z
	.string()
	.regex(/^[A-Za-z][A-Za-z0-9_]*$/, "INVALID_NAME")
	.max(100);

const governance = {
	description: text.optional(),
	owner: z
		.union([text.min(1), fields({ name: text.min(1), contact: text.optional() })])
		.optional()
		.meta({ description: "Who answers for it: a name, or a name and a contact." }),
	tags: z.array(text.min(1)).max(mostTags).optional(),
};

export const entityShape = fields({
	joinKeys: z.record(z.string(), valueType).meta({ description: "The columns that tell one from another." }),
	graphql: fields({
		type: graphqlName.optional(),
		field: graphqlName.optional(),
		keys: z.record(z.string(), graphqlName).optional(),
	}).optional(),
	...governance,
});

const sql = z.string().min(1).max(1_000_000);

export const sourceShape = fields({
	parquet: z.string().min(1).optional().meta({ description: "Path of a Parquet file." }),
	csv: z.string().min(1).optional().meta({ description: "Path of a CSV file." }),
	postgres: fields({
		connection: z.string().min(1).optional(),
		table: z.string().min(1).optional(),
		query: sql.optional(),
	}).optional(),
	push: fields({}).nullable().optional().meta({ description: "Rows come through the push mutation." }),
	kafka: z.record(z.string(), z.unknown()).nullable().optional().meta({ description: "Not served yet." }),
	from: z.string().optional().meta({ description: "Another source, read through `query`." }),
	query: sql.optional().meta({ description: "SQL over `source`, in the dialect of the origin." }),
	eventTime: column.meta({ description: "The column that says when a row was true." }),
	createdTime: column.optional(),
	availableTime: z
		.union([column, fields({ delay: duration })])
		.optional()
		.meta({ description: "When a row could be known: a column, or a delay after the event." }),
	tieBreak: z.array(column).max(16).optional(),
	columns: z
		.record(z.string(), z.union([valueType, fields({ type: valueType, expression })]))
		.optional()
		.meta({ description: "With an expression over the others, a column of a push source is computed as a row comes." }),
	...governance,
});

const featureDetails = {
	type: valueType,
	description: text.optional(),
	tags: z.array(text.min(1)).max(mostTags).optional(),
	classification: text.optional(),
	graphql: fields({ field: graphqlName.optional() }).optional(),
};

const viewGraphql = fields({ type: graphqlName.optional(), field: graphqlName.optional() }).optional();

export const batchViewShape = fields({
	kind: z.literal("batch").optional(),
	entities: z.array(z.string()).min(1).max(16),
	source: z.string(),
	ttl: duration.optional().meta({ description: "How long a row stays valid; none: without end." }),
	freshness: fields({ sla: duration }).optional(),
	partial: z.boolean().optional().meta({
		description: "true: a pushed row says nothing of the features that it omits; false (the default): they are null.",
	}),
	online: z.boolean().optional(),
	offline: z.boolean().optional(),
	schedule: z
		.string("DEFINITION_INVALID")
		.refine(isCron, "DEFINITION_INVALID a cron expression such as `*/10 * * * *`")
		.optional()
		.meta({ description: "Cron, for incremental materialization." }),
	features: z.record(z.string(), z.union([valueType, fields(featureDetails)])),
	transformation: fields({ sql }).optional(),
	graphql: viewGraphql,
	...governance,
});

export const onDemandViewShape = fields({
	kind: z.literal("on-demand"),
	inputs: fields({
		request: z.record(z.string(), valueType).optional(),
		views: z.array(z.string()).max(64).optional(),
	}),
	features: z.record(
		z.string(),
		z.union([valueType, fields({ ...featureDetails, expression: expression.optional() })]),
	),
	transform: z
		.string("DEFINITION_INVALID")
		.refine(
			(value) => parseTransform(value) !== null,
			"DEFINITION_INVALID a file and a function such as `./fares.ts#offer`",
		)
		.optional()
		.meta({
			description: "A function in a trusted file of the operator's that makes the features without an expression.",
		}),
	graphql: viewGraphql,
	...governance,
});

export const serviceShape = fields({
	features: z.array(z.string()).min(1).max(5000),
	bindings: z.record(z.string(), fields({ view: z.string(), joinKeys: z.record(z.string(), column) })).optional(),
	...governance,
});

/** A whole file, for editors. */
export const fileShape = z
	.strictObject({
		project: z.string().optional(),
		entities: z.record(z.string(), entityShape).nullable().optional(),
		sources: z.record(z.string(), sourceShape).nullable().optional(),
		views: z
			.record(z.string(), z.union([batchViewShape, onDemandViewShape]))
			.nullable()
			.optional(),
		services: z.record(z.string(), serviceShape).nullable().optional(),
	})
	.meta({ title: "Featuregraph definitions" });

export type EntityShape = z.infer<typeof entityShape>;
export type SourceShape = z.infer<typeof sourceShape>;
export type BatchViewShape = z.infer<typeof batchViewShape>;
export type OnDemandViewShape = z.infer<typeof onDemandViewShape>;
export type ServiceShape = z.infer<typeof serviceShape>;
