/**
 * Every limit that a caller can meet, in one place; the unit is the last part of a name. Those of documents and
 * connections stand in `gateway/limits.ts`. Any of them can be set as FEATUREGRAPH_LIMIT_… (`onlineRows` is
 * FEATUREGRAPH_LIMIT_ONLINE_ROWS).
 */
export const defaultLimits = {
	/** Rows of one `onlineFeatures`. */
	onlineRows: 10_000,
	/** Feature columns of one `onlineFeatures`. */
	onlineFeatures: 2_000,
	/** Rows times features of one `onlineFeatures`. */
	onlineValues: 1_000_000,
	/** Entities that one `featureUpdates` watches. */
	watchedEntities: 1_000,
	/** Label rows that are given inline. */
	inlineLabelRows: 10_000,
	/** Rows and deletes of one `push`. */
	pushRows: 10_000,
	/** Rows of all pushes that one process takes in at once. */
	pushRowsInFlight: 100_000,
	/** What these rows take in memory, about. */
	pushBytesInFlight: 128 * 1024 ** 2,
	/** How far ahead of the clock an event time may lie. */
	clockSkewSeconds: 300,
	/** How long an online value is kept past its ttl, and those of a view version from when nothing pins it on. */
	onlineRetentionSeconds: 30 * 86_400,
	/** Of one uploaded file of label rows. */
	uploadBytes: 8 * 1024 ** 3,
	/** Uploads of one principal that no training set uses yet. */
	openUploads: 100,
	/** Uploaded files that one process checks at once, and that wait for it. */
	uploadChecks: 2,
	waitingUploadChecks: 100,
	/** Label rows of one training set. */
	trainingSetRows: 1_000_000_000,
	/** Of all files of one training set. */
	trainingSetBytes: 1024 ** 4,
	/** Of one file of a training set; a larger one stays in parts, with a manifest. */
	trainingSetFileBytes: 64 * 1024 ** 3,
	/** Rows of a training set that are drawn at once, about; a larger one is drawn in shards, and taken up again at the first that is missing. */
	trainingSetShardRows: 1_000_000,
	/** How long a worker draws one training set. */
	trainingSetSeconds: 43_200,
	/** Memory of one offline read, beyond which it goes to disk. */
	offlineMemoryBytes: 384 * 1024 ** 2,
	/** Disk of one offline read. */
	offlineDiskBytes: 64 * 1024 ** 3,
	/** Of one statement on a PostgreSQL source. */
	statementSeconds: 600,
	/** Of one command of the online store. */
	onlineCommandMillis: 2_000,
	/** How long a materialization waits for an online store that does not answer. */
	onlineWaitSeconds: 3_600,
	/** Resolved selections that are kept. */
	cachedPlans: 1_000,
	/** Connections to the database from one process. */
	databaseConnections: 16,
} as const;

export type Limits = { readonly [name in keyof typeof defaultLimits]: number };

/** Feature columns and bindings of any one selection; it is resolved before a narrower limit can look at it. */
export const mostSelected = 10_000;
