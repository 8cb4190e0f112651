/**
 * Every code a caller can meet, with the HTTP status it has outside GraphQL and what it means.
 * `docs/errors.md` is generated from this list. Codes are never renamed.
 */
export const errorCatalogue = {
	// the request itself
	GRAPHQL_PARSE_FAILED: { status: 400, meaning: "The document is not GraphQL." },
	GRAPHQL_VALIDATION_FAILED: { status: 400, meaning: "The document does not fit the schema." },
	BAD_USER_INPUT: { status: 400, meaning: "An argument has a value that cannot be used." },
	QUERY_TOO_COMPLEX: {
		status: 400,
		meaning: "The document passes a limit on size, depth, aliases or selections, or its cost does.",
	},
	PERSISTED_QUERY_NOT_FOUND: { status: 404, meaning: "No document is known under this id; send its text along." },
	PERSISTED_QUERY_MISMATCH: { status: 400, meaning: "The hash that was sent is not that of the document." },
	DOCUMENT_NOT_TRUSTED: { status: 403, meaning: "Only the documents of a manifest are served here, and this is none." },
	RATE_LIMITED: { status: 429, meaning: "The principal has as much running as it may; try again later." },
	LIMIT_EXCEEDED: { status: 400, meaning: "The request passes a limit; the message names it and the bulk way." },
	UNAUTHENTICATED: { status: 401, meaning: "No credentials, or credentials that are not valid." },
	FORBIDDEN: { status: 403, meaning: "The principal may not do this." },
	NOT_FOUND: { status: 404, meaning: "There is no such object." },
	CONFLICT: { status: 409, meaning: "Somebody else changed it since it was read." },
	UNSUPPORTED: { status: 400, meaning: "A part of the language that this installation does not serve." },

	// names that a read or a write uses
	UNKNOWN_PROJECT: { status: 404, meaning: "No project of this name." },
	UNKNOWN_ENTITY: { status: 404, meaning: "No entity of this name in the project." },
	UNKNOWN_SOURCE: { status: 404, meaning: "No data source of this name in the project." },
	UNKNOWN_VIEW: { status: 404, meaning: "No feature view of this name, or no such version." },
	UNKNOWN_FEATURE: { status: 404, meaning: "The feature view has no feature of this name." },
	UNKNOWN_SERVICE: { status: 404, meaning: "No feature service of this name, or no such version." },
	UNKNOWN_COLUMN: { status: 400, meaning: "A row or a relation has no column of this name." },
	INVALID_REFERENCE: {
		status: 400,
		meaning: "A feature reference that is not `view:feature`, `view@2:feature` or `view:*`.",
	},
	NAME_COLLISION: { status: 400, meaning: "Two results would have the same name." },

	// rows
	MISSING_JOIN_KEY: { status: 400, meaning: "A row lacks a join key, or it is null where it must not be." },
	INVALID_VALUE: { status: 400, meaning: "A value that its declared type cannot hold exactly." },
	INVALID_TIMESTAMP: { status: 400, meaning: "A timestamp that is none, or that lies too far in the future." },
	EVENT_TIME_IN_FUTURE: { status: 400, meaning: "An event time beyond the allowed clock skew." },
	COMPUTED_COLUMN: { status: 400, meaning: "A pushed row gives a column that its source computes." },
	OMITTED_FEATURE: { status: 200, meaning: "A pushed row omits a feature, which is taken as null (a warning)." },
	CONVERTED_VALUE: { status: 200, meaning: "A value was converted exactly to the declared type (a warning)." },
	EXPRESSION_FAILED: { status: 200, meaning: "An expression failed for one row." },

	// definitions
	DEFINITION_SYNTAX: { status: 400, meaning: "A definition file is not YAML." },
	DEFINITION_INVALID: { status: 400, meaning: "A definition has a field of the wrong shape." },
	UNKNOWN_FIELD: { status: 400, meaning: "A definition has a field that does not exist." },
	INVALID_NAME: { status: 400, meaning: "A name that is not `[a-z][a-z0-9_]*`, or that is reserved." },
	INVALID_TYPE: { status: 400, meaning: "A type that does not exist." },
	INVALID_DURATION: { status: 400, meaning: "A duration that is not like `30s`, `5m`, `2h`, `7d`." },
	INVALID_EXPRESSION: { status: 400, meaning: "An expression that does not parse, type or stay in its bounds." },
	INVALID_SQL: { status: 400, meaning: "SQL that does not parse, or uses what is not allowed there." },
	DUPLICATE_NAME: { status: 400, meaning: "Two definitions of one kind have the same name." },
	GRAPHQL_NAME_COLLISION: { status: 400, meaning: "Two definitions make the same GraphQL name." },
	DANGLING_REFERENCE: { status: 400, meaning: "A definition refers to one that does not exist." },
	CYCLIC_REFERENCE: { status: 400, meaning: "Definitions refer to each other in a circle." },
	DELETE_NOT_ALLOWED: { status: 400, meaning: "The plan deletes objects, and deleting was not allowed." },
	GRAPH_DOES_NOT_COMPOSE: {
		status: 409,
		meaning: "Subgraphs do not fit together into one graph; the reasons name them.",
	},
	GRAPH_BREAKS_DOCUMENTS: { status: 409, meaning: "Trusted documents would no longer fit the graph; each is named." },
	STILL_IN_USE: { status: 409, meaning: "An object that others still need cannot be deleted." },
	PLAN_CHANGED: { status: 409, meaning: "The plan is no longer the one whose hash was given." },

	// data and jobs
	UNREADABLE_FILE: { status: 400, meaning: "A file is missing, not allowed, or not of the stated format." },
	SOURCE_FAILED: { status: 400, meaning: "A data source could not be read." },
	LABELS_INVALID: { status: 400, meaning: "The label rows lack a column, or one has the wrong type." },
	JOB_FAILED: { status: 500, meaning: "A job ended with an error of ours." },
	JOB_CANCELLED: { status: 200, meaning: "A job was cancelled." },
	ALERT_CURSOR_EXPIRED: {
		status: 410,
		meaning: "The cursor lies before what is kept; list the alerts, then follow again.",
	},
	ALERT_CURSOR_INVALID: { status: 400, meaning: "Not a cursor of this stream." },

	// the system
	CONFIGURATION_INVALID: { status: 500, meaning: "A setting is missing or has a value that cannot be used." },
	STORE_UNAVAILABLE: { status: 503, meaning: "A database, cache or broker does not answer." },
	SUBGRAPH_UNAVAILABLE: { status: 503, meaning: "A subgraph does not answer." },
	GRAPH_OUT_OF_DATE: {
		status: 409,
		meaning: "A subgraph does not hold the schema that the gateway asks by; the gateway looks at it anew.",
	},
	SUBGRAPH_INVALID_RESPONSE: { status: 502, meaning: "A subgraph answered with what is no GraphQL response." },
	DEADLINE_EXCEEDED: { status: 504, meaning: "The operation took longer than one may take." },
	OVERLOADED: { status: 503, meaning: "A queue is full; try again later." },
	INTERNAL_SERVER_ERROR: { status: 500, meaning: "An error of ours. The log has it under the request id." },
} as const satisfies Record<string, { readonly status: number; readonly meaning: string }>;

export type ErrorCode = keyof typeof errorCatalogue;
