import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { FeatureFrame as FeatureFrameSource, FrameColumn as FrameColumnSource } from '../../core/reads/frame.ts';
import type { TrainingSet as TrainingSetSource } from '../../core/ports/training-store.ts';
import type { Run as RunSource } from '../../core/ports/run-store.ts';
import type { UserError as UserErrorSource } from '../../core/errors/user-error.ts';
import type { OperationContext } from '../../core/ports/subgraph.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  Bytes: { input: string; output: string; }
  Date: { input: string; output: string; }
  /** RFC 3339, UTC, up to microseconds. */
  DateTime: { input: bigint; output: bigint; }
  /** An object: join keys, request data of on-demand views and, in label rows, the timestamp and label columns. */
  EntityRow: { input: unknown; output: unknown; }
  /** `view:feature`, `view@2:feature`, `view:*`; `alias:feature` where the request binds a view under an alias. */
  FeatureRef: { input: string; output: string; }
  /**
   * One value of a column; the column names its type. Booleans, 32-bit integers, finite floats and strings are themselves;
   * INT64 is a decimal string; NaN, Infinity and -Infinity are those words as strings; bytes are base64; timestamps are
   * DateTime, dates `YYYY-MM-DD`; arrays are arrays of these; JSON is itself. In input both a decimal string and an integer serve INT64.
   */
  FeatureValue: { input: unknown; output: unknown; }
  /** 64-bit integer. Out: a decimal string. In: a decimal string or an integer. */
  Int64: { input: bigint; output: bigint; }
  JSON: { input: unknown; output: unknown; }
  _FieldSet: { input: string; output: string; }
};

export type BackfillInput = {
  readonly end: Scalars['DateTime']['input'];
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  readonly project?: Scalars['String']['input'];
  readonly reason: Scalars['String']['input'];
  readonly start: Scalars['DateTime']['input'];
  readonly view: Scalars['String']['input'];
};

export type CancelRunPayload = {
  readonly cancelled: Scalars['Boolean']['output'];
  readonly userErrors: ReadonlyArray<UserError>;
};

export type ColumnRole =
  | 'FEATURE'
  | 'JOIN_KEY'
  | 'LABEL'
  | 'REQUEST';

export type CreateTrainingSetInput = {
  readonly bindings?: InputMaybe<ReadonlyArray<ViewBinding>>;
  readonly format?: FileFormat;
  readonly fullFeatureNames?: Scalars['Boolean']['input'];
  /** A repeated call with the same key returns the same training set. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  readonly known?: InputMaybe<Known>;
  readonly labels: LabelSource;
  readonly name?: InputMaybe<Scalars['String']['input']>;
  readonly project?: Scalars['String']['input'];
  readonly select: FeatureSelection;
  /** Parts of the rows, each with a file of its own beside the whole. */
  readonly splits?: InputMaybe<SplitsInput>;
  /** Label columns that a model is to predict: features that go together with them too well are told as leakage. Without it, all label columns but the timestamp. */
  readonly targets?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly timestampColumn?: Scalars['String']['input'];
};

export type CreateTrainingSetPayload = {
  readonly trainingSet: Maybe<TrainingSet>;
  readonly userErrors: ReadonlyArray<UserError>;
};

export type CreateUploadInput = {
  readonly bindings?: InputMaybe<ReadonlyArray<ViewBinding>>;
  readonly byteCount?: InputMaybe<Scalars['Int64']['input']>;
  readonly format: FileFormat;
  readonly fullFeatureNames?: Scalars['Boolean']['input'];
  readonly project?: Scalars['String']['input'];
  /** What the labels are for: the file is checked for join keys and request columns too, and for their types. */
  readonly select?: InputMaybe<FeatureSelection>;
  /** Has the file checked when it has come: that this column holds times. Where `select` is given, the column of the training set's. */
  readonly timestampColumn?: InputMaybe<Scalars['String']['input']>;
};

export type CreateUploadPayload = {
  readonly id: Maybe<Scalars['ID']['output']>;
  readonly url: Maybe<Scalars['String']['output']>;
  readonly userErrors: ReadonlyArray<UserError>;
};

export type DropOnlineValuesPayload = {
  readonly dropped: Maybe<Scalars['Int64']['output']>;
  readonly userErrors: ReadonlyArray<UserError>;
};

export type Entities = {
  readonly meta_: EntitiesMeta;
};

export type EntitiesMeta = {
  readonly registryVersion: Scalars['Int']['output'];
};

export type EntityGrid = {
  readonly at: ReadonlyArray<Scalars['DateTime']['input']>;
  readonly view: Scalars['String']['input'];
};

export type EntityPartInput = {
  readonly name: Scalars['String']['input'];
  readonly share: Scalars['Float']['input'];
};

/** By a hash of the entity: all its rows are in one part, in every training set with the same salt. */
export type EntitySplitsInput = {
  /** What tells one entity from another; without it, all join keys. */
  readonly columns?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Shares add up to 1 at most; what is left over is in no part. */
  readonly parts: ReadonlyArray<EntityPartInput>;
  readonly salt?: Scalars['String']['input'];
};

export type Feature = {
  readonly id: Scalars['ID']['output'];
};

export type FeatureColumn = {
  readonly eventTimes: Maybe<ReadonlyArray<Maybe<Scalars['DateTime']['output']>>>;
  readonly feature: Maybe<Feature>;
  readonly isArray: Scalars['Boolean']['output'];
  readonly name: Scalars['String']['output'];
  readonly role: ColumnRole;
  /** Online: whether the store did not answer, and values come from memory, as old as the configuration allows. */
  readonly stale: Scalars['Boolean']['output'];
  readonly statuses: Maybe<ReadonlyArray<FeatureStatus>>;
  readonly type: ValueType;
  readonly values: ReadonlyArray<Maybe<Scalars['FeatureValue']['output']>>;
};

/** Column-major, rows in request order: join keys first, then request and label columns, then features in the order asked for. Only PRESENT has a value. */
export type FeatureFrame = {
  readonly columns: ReadonlyArray<FeatureColumn>;
  readonly registryVersion: Scalars['Int']['output'];
  readonly rowCount: Scalars['Int']['output'];
  readonly rowErrors: ReadonlyArray<UserError>;
};

export type FeatureRowMeta = {
  readonly eventTime: Maybe<Scalars['DateTime']['output']>;
  /** Whether the online store did not answer, and the values come from memory. */
  readonly stale: Scalars['Boolean']['output'];
  readonly status: FeatureStatus;
  readonly view: FeatureView;
};

/** Exactly one. */
export type FeatureSelection =
  { readonly featureService: Scalars['String']['input']; readonly features?: never; }
  |  { readonly featureService?: never; readonly features: ReadonlyArray<Scalars['FeatureRef']['input']>; };

export type FeatureStatus =
  | 'ERROR'
  | 'NOT_FOUND'
  | 'NULL_VALUE'
  | 'OUTSIDE_MAX_AGE'
  | 'PRESENT';

export type FeatureView = {
  readonly id: Scalars['ID']['output'];
};

export type FileFormat =
  | 'ARROW'
  | 'CSV'
  | 'NDJSON'
  | 'PARQUET';

export type JoinKeyBinding = {
  readonly column: Scalars['String']['input'];
  readonly joinKey: Scalars['String']['input'];
};

/**
 * What may be known. Without it: rows whose event time (and available time, where the source has one) is not after the label's.
 * `atLabelTime`: in addition, rows that the store had taken in by the label's time. `at`: by that instant.
 */
export type Known =
  { readonly at: Scalars['DateTime']['input']; readonly atLabelTime?: never; }
  |  { readonly at?: never; readonly atLabelTime: Scalars['Boolean']['input']; };

/** Exactly one: a registered source; a query over a registered source's database; an uploaded file; rows inline; every entity of a view at the given instants. */
export type LabelSource =
  { readonly everyEntity: EntityGrid; readonly rows?: never; readonly source?: never; readonly sql?: never; readonly upload?: never; }
  |  { readonly everyEntity?: never; readonly rows: ReadonlyArray<Scalars['EntityRow']['input']>; readonly source?: never; readonly sql?: never; readonly upload?: never; }
  |  { readonly everyEntity?: never; readonly rows?: never; readonly source: Scalars['String']['input']; readonly sql?: never; readonly upload?: never; }
  |  { readonly everyEntity?: never; readonly rows?: never; readonly source?: never; readonly sql: SqlLabels; readonly upload?: never; }
  |  { readonly everyEntity?: never; readonly rows?: never; readonly source?: never; readonly sql?: never; readonly upload: Scalars['ID']['input']; };

/** A feature whose values look like knowledge from the future. `share`: of the rows looked at that show what `reason` says: another value when only what was known at label time counts, or the label's own instant. Of a correlation: that have both values. */
export type LeakageFinding = {
  readonly column: Scalars['String']['output'];
  /** 0 to 1, where there is a `labelColumn`: Pearson's, or for categories the correlation ratio or Cramér's V. */
  readonly correlation: Maybe<Scalars['Float']['output']>;
  readonly feature: Feature;
  /** Of what it goes together with too well; null for other reasons. */
  readonly labelColumn: Maybe<Scalars['String']['output']>;
  readonly reason: Scalars['String']['output'];
  readonly share: Scalars['Float']['output'];
};

export type LogPosition = {
  readonly log: Scalars['String']['output'];
  readonly position: Scalars['Int64']['output'];
};

export type MaterializationRun = Node & {
  readonly failure: Maybe<UserError>;
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
  readonly id: Scalars['ID']['output'];
  readonly progress: Scalars['Float']['output'];
  readonly project: Scalars['String']['output'];
  readonly rowsRead: Scalars['Int64']['output'];
  readonly rowsWritten: Scalars['Int64']['output'];
  readonly startedAt: Maybe<Scalars['DateTime']['output']>;
  readonly state: RunState;
};

export type MaterializeInput = {
  readonly end?: InputMaybe<Scalars['DateTime']['input']>;
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  readonly incremental?: Scalars['Boolean']['input'];
  readonly project?: Scalars['String']['input'];
  readonly start?: InputMaybe<Scalars['DateTime']['input']>;
  readonly views?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

export type MaterializePayload = {
  readonly run: Maybe<MaterializationRun>;
  readonly userErrors: ReadonlyArray<UserError>;
};

export type Mutation = {
  /** Recomputes a range of a view into its offline log, with the reason in the audit log. */
  readonly backfill: Maybe<MaterializePayload>;
  readonly cancelRun: Maybe<CancelRunPayload>;
  readonly createTrainingSet: Maybe<CreateTrainingSetPayload>;
  /** Where to send a file of label rows; the answer's id goes into LabelSource.upload. */
  readonly createUpload: Maybe<CreateUploadPayload>;
  /** Forgets all online values of a project: a tenant leaves, or the store is to be filled anew. What is offline stays, and the next materialization of a view writes it as a whole. The project has to be named. */
  readonly dropOnlineValues: Maybe<DropOnlineValuesPayload>;
  readonly materialize: Maybe<MaterializePayload>;
  readonly push: Maybe<PushPayload>;
  /** Draws it again as of the recorded definitions and log positions, and compares. */
  readonly reproduceTrainingSet: Maybe<ReproduceTrainingSetPayload>;
};


export type MutationBackfillArgs = {
  input: BackfillInput;
};


export type MutationCancelRunArgs = {
  id: Scalars['ID']['input'];
};


export type MutationCreateTrainingSetArgs = {
  input: CreateTrainingSetInput;
};


export type MutationCreateUploadArgs = {
  input: CreateUploadInput;
};


export type MutationDropOnlineValuesArgs = {
  project: Scalars['String']['input'];
};


export type MutationMaterializeArgs = {
  input: MaterializeInput;
};


export type MutationPushArgs = {
  input: PushInput;
};


export type MutationReproduceTrainingSetArgs = {
  id: Scalars['ID']['input'];
};

/** `id` is opaque. */
export type Node = {
  readonly id: Scalars['ID']['output'];
};

/** Values and the bytes that they take: in Redis memory, with all that it holds of a key, told by samples; in LMDB keys and values. */
export type OnlineUsage = {
  readonly bytes: Scalars['Int64']['output'];
  readonly entities: Scalars['Int64']['output'];
  /** Versions that hold values, by name and number. */
  readonly views: ReadonlyArray<OnlineViewUsage>;
};

export type OnlineViewUsage = {
  readonly bytes: Scalars['Int64']['output'];
  readonly entities: Scalars['Int64']['output'];
  /** Whether anything reads it. What nothing does is dropped once its retention is over. */
  readonly isPinned: Scalars['Boolean']['output'];
  readonly version: Scalars['Int']['output'];
  readonly view: Scalars['String']['output'];
};

export type PageInfo = {
  readonly endCursor: Maybe<Scalars['String']['output']>;
  readonly hasNextPage: Scalars['Boolean']['output'];
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  readonly startCursor: Maybe<Scalars['String']['output']>;
};

/** Into a push source (which may feed several views) or a view. A bad row is rejected by index; the others are taken. */
export type PushInput = {
  /** Keys and event time of entities whose values end then. */
  readonly deletes?: InputMaybe<ReadonlyArray<Scalars['EntityRow']['input']>>;
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  readonly into: PushInto;
  readonly project?: Scalars['String']['input'];
  readonly rows: ReadonlyArray<Scalars['EntityRow']['input']>;
  readonly to?: PushTarget;
};

export type PushInto =
  { readonly source: Scalars['String']['input']; readonly view?: never; }
  |  { readonly source?: never; readonly view: Scalars['String']['input']; };

export type PushPayload = {
  readonly accepted: Scalars['Int']['output'];
  readonly rejected: ReadonlyArray<UserError>;
  /** Of the accepted: older than the newest row of their key when the log committed; kept offline, not shown online. */
  readonly stale: Scalars['Int']['output'];
  readonly userErrors: ReadonlyArray<UserError>;
  /** Taken, with something worth knowing: an omitted feature, a column that was converted. */
  readonly warnings: ReadonlyArray<UserError>;
};

export type PushTarget =
  | 'BOTH'
  | 'OFFLINE'
  | 'ONLINE';

export type Query = {
  /** The typed face of the registry: one field per entity, generated. */
  readonly entities: Maybe<Entities>;
  /** Point-in-time values for a bounded number of label rows given inline; createTrainingSet for the rest. */
  readonly historicalFeatures: Maybe<FeatureFrame>;
  readonly materializationRun: Maybe<MaterializationRun>;
  /** Latest values for entity rows, in their order. An unknown key is a status, not an error; a malformed row is a rowError, and the others are answered. */
  readonly onlineFeatures: Maybe<FeatureFrame>;
  /** What a project takes of the online store. Looks at every key: for operators, not for dashboards. */
  readonly onlineUsage: Maybe<OnlineUsage>;
  readonly trainingSet: Maybe<TrainingSet>;
  /** How createTrainingSet would draw it: engines, statements and estimated cost. Nothing is recorded, and no row is read. */
  readonly trainingSetPlan: Maybe<TrainingSetPlan>;
  readonly trainingSets: Maybe<TrainingSetConnection>;
};


export type QueryHistoricalFeaturesArgs = {
  bindings?: InputMaybe<ReadonlyArray<ViewBinding>>;
  fullFeatureNames?: Scalars['Boolean']['input'];
  known?: InputMaybe<Known>;
  labels: ReadonlyArray<Scalars['EntityRow']['input']>;
  project?: Scalars['String']['input'];
  select: FeatureSelection;
  timestampColumn?: Scalars['String']['input'];
};


export type QueryMaterializationRunArgs = {
  id: Scalars['ID']['input'];
};


export type QueryOnlineFeaturesArgs = {
  bindings?: InputMaybe<ReadonlyArray<ViewBinding>>;
  entities: ReadonlyArray<Scalars['EntityRow']['input']>;
  fullFeatureNames?: Scalars['Boolean']['input'];
  project?: Scalars['String']['input'];
  select: FeatureSelection;
};


export type QueryOnlineUsageArgs = {
  project?: Scalars['String']['input'];
};


export type QueryTrainingSetArgs = {
  id: Scalars['ID']['input'];
};


export type QueryTrainingSetPlanArgs = {
  input: CreateTrainingSetInput;
};


export type QueryTrainingSetsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  project?: Scalars['String']['input'];
};

/** `trainingSet` is the redrawn one; a large one is still running, then `identical` is null here and comes with its `reproduction`. */
export type ReproduceTrainingSetPayload = {
  readonly differences: Maybe<ReadonlyArray<TrainingSetDifference>>;
  readonly identical: Maybe<Scalars['Boolean']['output']>;
  readonly trainingSet: Maybe<TrainingSet>;
  readonly userErrors: ReadonlyArray<UserError>;
};

export type Reproduction = {
  readonly differences: Maybe<ReadonlyArray<TrainingSetDifference>>;
  readonly identical: Maybe<Scalars['Boolean']['output']>;
  readonly of: TrainingSet;
};

export type RunState =
  | 'CANCELLED'
  | 'FAILED'
  | 'QUEUED'
  | 'RUNNING'
  | 'SUCCEEDED';

/** The rows of a source as they were when they were read: `kind` is file, table or log; `fingerprint` changes with a file. */
export type SourceState = {
  readonly fingerprint: Maybe<Scalars['String']['output']>;
  readonly kind: Scalars['String']['output'];
  readonly name: Scalars['String']['output'];
};

/** Exactly one. */
export type SplitsInput =
  { readonly byEntity: EntitySplitsInput; readonly byTime?: never; }
  |  { readonly byEntity?: never; readonly byTime: TimeSplitsInput; };

export type SqlLabels = {
  readonly query: Scalars['String']['input'];
  readonly source: Scalars['String']['input'];
};

export type Subscription = {
  /** New values of the named entities as they are written; slow readers get the latest of each. */
  readonly featureUpdates: Maybe<FeatureFrame>;
  readonly materializationProgress: Maybe<MaterializationRun>;
  readonly trainingSetProgress: Maybe<TrainingSet>;
};


export type SubscriptionFeatureUpdatesArgs = {
  entities: ReadonlyArray<Scalars['EntityRow']['input']>;
  project?: Scalars['String']['input'];
  select: FeatureSelection;
};


export type SubscriptionMaterializationProgressArgs = {
  id: Scalars['ID']['input'];
};


export type SubscriptionTrainingSetProgressArgs = {
  id: Scalars['ID']['input'];
};

/** Part i has the rows from cut i - 1 on and before cut i: rows of one instant never part. Rows without a time are in none. */
export type TimeSplitsInput = {
  /** One fewer than the parts, ascending. */
  readonly cuts: ReadonlyArray<Scalars['DateTime']['input']>;
  /** Rows so close before a cut are in no part: what their labels tell may lie behind it. */
  readonly gapSeconds?: Scalars['Float']['input'];
  readonly parts: ReadonlyArray<Scalars['String']['input']>;
};

export type TrainingSet = Node & {
  readonly byteCount: Maybe<Scalars['Int64']['output']>;
  /** Of the rows and columns, whatever the format: the same inputs give the same hash. */
  readonly contentHash: Maybe<Scalars['String']['output']>;
  readonly createdAt: Scalars['DateTime']['output'];
  readonly failure: Maybe<UserError>;
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
  readonly format: FileFormat;
  readonly id: Scalars['ID']['output'];
  readonly leakage: Maybe<ReadonlyArray<LeakageFinding>>;
  readonly name: Maybe<Scalars['String']['output']>;
  readonly progress: Scalars['Float']['output'];
  readonly project: Scalars['String']['output'];
  /** What it was made from and what it holds. Null until SUCCEEDED, and for who may not read values. */
  readonly provenance: Maybe<TrainingSetProvenance>;
  readonly reproduction: Maybe<Reproduction>;
  readonly rowCount: Maybe<Scalars['Int64']['output']>;
  /** In the order asked for; null until SUCCEEDED, and without splits. */
  readonly splits: Maybe<ReadonlyArray<TrainingSetSplit>>;
  readonly state: RunState;
  /** Download path on the gateway, with range requests; null until SUCCEEDED. */
  readonly url: Maybe<Scalars['String']['output']>;
};

export type TrainingSetColumn = {
  readonly distinctCount: Maybe<Scalars['Int']['output']>;
  /** SHA-256 of its values in order. */
  readonly hash: Scalars['String']['output'];
  readonly isArray: Scalars['Boolean']['output'];
  readonly max: Maybe<Scalars['FeatureValue']['output']>;
  /** Of finite numbers; of booleans the share that is true. */
  readonly mean: Maybe<Scalars['Float']['output']>;
  /** Of numbers, finite ones, and times. */
  readonly min: Maybe<Scalars['FeatureValue']['output']>;
  readonly name: Scalars['String']['output'];
  readonly nullCount: Scalars['Int64']['output'];
  readonly role: ColumnRole;
  readonly topValues: ReadonlyArray<ValueCount>;
  readonly type: ValueType;
};

export type TrainingSetConnection = {
  readonly edges: ReadonlyArray<TrainingSetEdge>;
  readonly pageInfo: PageInfo;
};

export type TrainingSetDifference = {
  readonly column: Scalars['String']['output'];
  readonly reason: Scalars['String']['output'];
  readonly rowCount: Scalars['Int64']['output'];
};

export type TrainingSetEdge = {
  readonly cursor: Scalars['String']['output'];
  readonly node: TrainingSet;
};

export type TrainingSetPlan = {
  readonly scans: ReadonlyArray<TrainingSetScan>;
};

export type TrainingSetProvenance = {
  /** In their order. */
  readonly columns: ReadonlyArray<TrainingSetColumn>;
  /** `name@version` */
  readonly featureService: Maybe<Scalars['String']['output']>;
  /** SHA-256 over the label columns as they were read. */
  readonly labelHash: Scalars['String']['output'];
  /** Null where the label rows belong to the request itself. */
  readonly labelSource: Maybe<SourceState>;
  /** The pushed rows that it may read: those up to here. */
  readonly logPositions: ReadonlyArray<LogPosition>;
  readonly registryVersion: Scalars['Int']['output'];
  /** Rows that `distinctCount` and `topValues` are of: all of them where there are few, else an even share. */
  readonly sampledRows: Maybe<Scalars['Int']['output']>;
  /** How it was drawn. */
  readonly scans: Maybe<ReadonlyArray<TrainingSetScan>>;
  /** As they were asked for, times in microseconds: what makes the same parts of the same rows. */
  readonly splits: Maybe<Scalars['JSON']['output']>;
  /** Every version that was read, on-demand ones too. */
  readonly views: ReadonlyArray<TrainingSetView>;
};

/** One pass over rows, shared by all views that read them by the same keys. */
export type TrainingSetScan = {
  /** Where labels and rows meet: duckdb or postgres. */
  readonly engine: Scalars['String']['output'];
  /** Rows touched, of the source and of the labels: to be compared with other plans alone; null where the labels are not counted yet. */
  readonly estimatedCost: Maybe<Scalars['Float']['output']>;
  /** Of the source; null where nothing says. */
  readonly estimatedRows: Maybe<Scalars['Float']['output']>;
  readonly features: ReadonlyArray<Scalars['String']['output']>;
  readonly reason: Scalars['String']['output'];
  /** In the order in which it runs; for ties and misses only where there are any. */
  readonly sql: ReadonlyArray<Scalars['String']['output']>;
  /** AS_OF_JOIN: one pass over the rows; INDEX_LOOKUP: each label looks its row up. */
  readonly strategy: Scalars['String']['output'];
  readonly views: ReadonlyArray<Scalars['String']['output']>;
};

export type TrainingSetSplit = {
  readonly byteCount: Scalars['Int64']['output'];
  readonly name: Scalars['String']['output'];
  readonly rowCount: Scalars['Int64']['output'];
  /** Download path on the gateway, with range requests; the format is the training set's. */
  readonly url: Scalars['String']['output'];
};

export type TrainingSetView = {
  /** Null for on-demand views, as is the source. */
  readonly engine: Maybe<Scalars['String']['output']>;
  readonly hash: Scalars['String']['output'];
  readonly name: Scalars['String']['output'];
  readonly source: Maybe<SourceState>;
  readonly version: Scalars['Int']['output'];
};

/** What the caller can mend: a stable code, where, what was named, what lies nearest, the next step. */
export type UserError = {
  readonly code: Scalars['String']['output'];
  readonly hint: Maybe<Scalars['String']['output']>;
  readonly index: Maybe<Scalars['Int']['output']>;
  readonly message: Scalars['String']['output'];
  readonly name: Maybe<Scalars['String']['output']>;
  readonly nearest: ReadonlyArray<Scalars['String']['output']>;
  readonly path: Maybe<ReadonlyArray<Scalars['String']['output']>>;
};

export type ValueCount = {
  readonly count: Scalars['Int']['output'];
  readonly value: Maybe<Scalars['FeatureValue']['output']>;
};

export type ValueType =
  | 'BOOL'
  | 'BYTES'
  | 'DATE'
  | 'FLOAT32'
  | 'FLOAT64'
  | 'INT32'
  | 'INT64'
  | 'JSON'
  | 'STRING'
  | 'TIMESTAMP';

/** Reads a view under another name through other columns: two airports of one flight. */
export type ViewBinding = {
  readonly alias: Scalars['String']['input'];
  readonly joinKeys: ReadonlyArray<JoinKeyBinding>;
  readonly view: Scalars['String']['input'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  MaterializationRun: MaterializationRun;
  TrainingSet: TrainingSet;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  MaterializationRun:
    ( { __typename: 'MaterializationRun' }
    & GraphQLRecursivePick<FederationTypes['MaterializationRun'], {"id":true}> );
  TrainingSet:
    ( { __typename: 'TrainingSet' }
    & GraphQLRecursivePick<FederationTypes['TrainingSet'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node:
    | ( RunSource )
    | ( TrainingSetSource )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  BackfillInput: ResolverTypeWrapper<Partial<BackfillInput>>;
  String: ResolverTypeWrapper<Partial<Scalars['String']['output']>>;
  Bytes: ResolverTypeWrapper<Partial<Scalars['Bytes']['output']>>;
  CancelRunPayload: ResolverTypeWrapper<Partial<Omit<CancelRunPayload, 'userErrors'> & { userErrors: ReadonlyArray<ResolversTypes['UserError']> }>>;
  Boolean: ResolverTypeWrapper<Partial<Scalars['Boolean']['output']>>;
  ColumnRole: ResolverTypeWrapper<Partial<ColumnRole>>;
  CreateTrainingSetInput: ResolverTypeWrapper<Partial<CreateTrainingSetInput>>;
  CreateTrainingSetPayload: ResolverTypeWrapper<Partial<Omit<CreateTrainingSetPayload, 'trainingSet' | 'userErrors'> & { trainingSet?: Maybe<ResolversTypes['TrainingSet']>, userErrors: ReadonlyArray<ResolversTypes['UserError']> }>>;
  CreateUploadInput: ResolverTypeWrapper<Partial<CreateUploadInput>>;
  CreateUploadPayload: ResolverTypeWrapper<Partial<Omit<CreateUploadPayload, 'userErrors'> & { userErrors: ReadonlyArray<ResolversTypes['UserError']> }>>;
  ID: ResolverTypeWrapper<Partial<Scalars['ID']['output']>>;
  Date: ResolverTypeWrapper<Partial<Scalars['Date']['output']>>;
  DateTime: ResolverTypeWrapper<Partial<Scalars['DateTime']['output']>>;
  DropOnlineValuesPayload: ResolverTypeWrapper<Partial<Omit<DropOnlineValuesPayload, 'userErrors'> & { userErrors: ReadonlyArray<ResolversTypes['UserError']> }>>;
  Entities: ResolverTypeWrapper<Partial<Entities>>;
  EntitiesMeta: ResolverTypeWrapper<Partial<EntitiesMeta>>;
  Int: ResolverTypeWrapper<Partial<Scalars['Int']['output']>>;
  EntityGrid: ResolverTypeWrapper<Partial<EntityGrid>>;
  EntityPartInput: ResolverTypeWrapper<Partial<EntityPartInput>>;
  Float: ResolverTypeWrapper<Partial<Scalars['Float']['output']>>;
  EntityRow: ResolverTypeWrapper<Partial<Scalars['EntityRow']['output']>>;
  EntitySplitsInput: ResolverTypeWrapper<Partial<EntitySplitsInput>>;
  Feature: ResolverTypeWrapper<Partial<Feature>>;
  FeatureColumn: ResolverTypeWrapper<FrameColumnSource>;
  FeatureFrame: ResolverTypeWrapper<FeatureFrameSource>;
  FeatureRef: ResolverTypeWrapper<Partial<Scalars['FeatureRef']['output']>>;
  FeatureRowMeta: ResolverTypeWrapper<Partial<FeatureRowMeta>>;
  FeatureSelection: ResolverTypeWrapper<Partial<FeatureSelection>>;
  FeatureStatus: ResolverTypeWrapper<Partial<FeatureStatus>>;
  FeatureValue: ResolverTypeWrapper<Partial<Scalars['FeatureValue']['output']>>;
  FeatureView: ResolverTypeWrapper<Partial<FeatureView>>;
  FileFormat: ResolverTypeWrapper<Partial<FileFormat>>;
  Int64: ResolverTypeWrapper<Partial<Scalars['Int64']['output']>>;
  JSON: ResolverTypeWrapper<Partial<Scalars['JSON']['output']>>;
  JoinKeyBinding: ResolverTypeWrapper<Partial<JoinKeyBinding>>;
  Known: ResolverTypeWrapper<Partial<Known>>;
  LabelSource: ResolverTypeWrapper<Partial<LabelSource>>;
  LeakageFinding: ResolverTypeWrapper<Partial<LeakageFinding>>;
  LogPosition: ResolverTypeWrapper<Partial<LogPosition>>;
  MaterializationRun: ResolverTypeWrapper<RunSource>;
  MaterializeInput: ResolverTypeWrapper<Partial<MaterializeInput>>;
  MaterializePayload: ResolverTypeWrapper<Partial<Omit<MaterializePayload, 'run' | 'userErrors'> & { run?: Maybe<ResolversTypes['MaterializationRun']>, userErrors: ReadonlyArray<ResolversTypes['UserError']> }>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  OnlineUsage: ResolverTypeWrapper<Partial<OnlineUsage>>;
  OnlineViewUsage: ResolverTypeWrapper<Partial<OnlineViewUsage>>;
  PageInfo: ResolverTypeWrapper<Partial<PageInfo>>;
  PushInput: ResolverTypeWrapper<Partial<PushInput>>;
  PushInto: ResolverTypeWrapper<Partial<PushInto>>;
  PushPayload: ResolverTypeWrapper<Partial<Omit<PushPayload, 'rejected' | 'userErrors' | 'warnings'> & { rejected: ReadonlyArray<ResolversTypes['UserError']>, userErrors: ReadonlyArray<ResolversTypes['UserError']>, warnings: ReadonlyArray<ResolversTypes['UserError']> }>>;
  PushTarget: ResolverTypeWrapper<Partial<PushTarget>>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ReproduceTrainingSetPayload: ResolverTypeWrapper<Partial<Omit<ReproduceTrainingSetPayload, 'trainingSet' | 'userErrors'> & { trainingSet?: Maybe<ResolversTypes['TrainingSet']>, userErrors: ReadonlyArray<ResolversTypes['UserError']> }>>;
  Reproduction: ResolverTypeWrapper<Partial<Omit<Reproduction, 'of'> & { of: ResolversTypes['TrainingSet'] }>>;
  RunState: ResolverTypeWrapper<Partial<RunState>>;
  SourceState: ResolverTypeWrapper<Partial<SourceState>>;
  SplitsInput: ResolverTypeWrapper<Partial<SplitsInput>>;
  SqlLabels: ResolverTypeWrapper<Partial<SqlLabels>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  TimeSplitsInput: ResolverTypeWrapper<Partial<TimeSplitsInput>>;
  TrainingSet: ResolverTypeWrapper<TrainingSetSource>;
  TrainingSetColumn: ResolverTypeWrapper<Partial<TrainingSetColumn>>;
  TrainingSetConnection: ResolverTypeWrapper<Partial<Omit<TrainingSetConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['TrainingSetEdge']> }>>;
  TrainingSetDifference: ResolverTypeWrapper<Partial<TrainingSetDifference>>;
  TrainingSetEdge: ResolverTypeWrapper<Partial<Omit<TrainingSetEdge, 'node'> & { node: ResolversTypes['TrainingSet'] }>>;
  TrainingSetPlan: ResolverTypeWrapper<Partial<TrainingSetPlan>>;
  TrainingSetProvenance: ResolverTypeWrapper<Partial<TrainingSetProvenance>>;
  TrainingSetScan: ResolverTypeWrapper<Partial<TrainingSetScan>>;
  TrainingSetSplit: ResolverTypeWrapper<Partial<TrainingSetSplit>>;
  TrainingSetView: ResolverTypeWrapper<Partial<TrainingSetView>>;
  UserError: ResolverTypeWrapper<UserErrorSource>;
  ValueCount: ResolverTypeWrapper<Partial<ValueCount>>;
  ValueType: ResolverTypeWrapper<Partial<ValueType>>;
  ViewBinding: ResolverTypeWrapper<Partial<ViewBinding>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  BackfillInput: Partial<BackfillInput>;
  String: Partial<Scalars['String']['output']>;
  Bytes: Partial<Scalars['Bytes']['output']>;
  CancelRunPayload: Partial<Omit<CancelRunPayload, 'userErrors'> & { userErrors: ReadonlyArray<ResolversParentTypes['UserError']> }>;
  Boolean: Partial<Scalars['Boolean']['output']>;
  CreateTrainingSetInput: Partial<CreateTrainingSetInput>;
  CreateTrainingSetPayload: Partial<Omit<CreateTrainingSetPayload, 'trainingSet' | 'userErrors'> & { trainingSet?: Maybe<ResolversParentTypes['TrainingSet']>, userErrors: ReadonlyArray<ResolversParentTypes['UserError']> }>;
  CreateUploadInput: Partial<CreateUploadInput>;
  CreateUploadPayload: Partial<Omit<CreateUploadPayload, 'userErrors'> & { userErrors: ReadonlyArray<ResolversParentTypes['UserError']> }>;
  ID: Partial<Scalars['ID']['output']>;
  Date: Partial<Scalars['Date']['output']>;
  DateTime: Partial<Scalars['DateTime']['output']>;
  DropOnlineValuesPayload: Partial<Omit<DropOnlineValuesPayload, 'userErrors'> & { userErrors: ReadonlyArray<ResolversParentTypes['UserError']> }>;
  Entities: Partial<Entities>;
  EntitiesMeta: Partial<EntitiesMeta>;
  Int: Partial<Scalars['Int']['output']>;
  EntityGrid: Partial<EntityGrid>;
  EntityPartInput: Partial<EntityPartInput>;
  Float: Partial<Scalars['Float']['output']>;
  EntityRow: Partial<Scalars['EntityRow']['output']>;
  EntitySplitsInput: Partial<EntitySplitsInput>;
  Feature: Partial<Feature>;
  FeatureColumn: FrameColumnSource;
  FeatureFrame: FeatureFrameSource;
  FeatureRef: Partial<Scalars['FeatureRef']['output']>;
  FeatureRowMeta: Partial<FeatureRowMeta>;
  FeatureSelection: Partial<FeatureSelection>;
  FeatureValue: Partial<Scalars['FeatureValue']['output']>;
  FeatureView: Partial<FeatureView>;
  Int64: Partial<Scalars['Int64']['output']>;
  JSON: Partial<Scalars['JSON']['output']>;
  JoinKeyBinding: Partial<JoinKeyBinding>;
  Known: Partial<Known>;
  LabelSource: Partial<LabelSource>;
  LeakageFinding: Partial<LeakageFinding>;
  LogPosition: Partial<LogPosition>;
  MaterializationRun: RunSource;
  MaterializeInput: Partial<MaterializeInput>;
  MaterializePayload: Partial<Omit<MaterializePayload, 'run' | 'userErrors'> & { run?: Maybe<ResolversParentTypes['MaterializationRun']>, userErrors: ReadonlyArray<ResolversParentTypes['UserError']> }>;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  OnlineUsage: Partial<OnlineUsage>;
  OnlineViewUsage: Partial<OnlineViewUsage>;
  PageInfo: Partial<PageInfo>;
  PushInput: Partial<PushInput>;
  PushInto: Partial<PushInto>;
  PushPayload: Partial<Omit<PushPayload, 'rejected' | 'userErrors' | 'warnings'> & { rejected: ReadonlyArray<ResolversParentTypes['UserError']>, userErrors: ReadonlyArray<ResolversParentTypes['UserError']>, warnings: ReadonlyArray<ResolversParentTypes['UserError']> }>;
  Query: Record<PropertyKey, never>;
  ReproduceTrainingSetPayload: Partial<Omit<ReproduceTrainingSetPayload, 'trainingSet' | 'userErrors'> & { trainingSet?: Maybe<ResolversParentTypes['TrainingSet']>, userErrors: ReadonlyArray<ResolversParentTypes['UserError']> }>;
  Reproduction: Partial<Omit<Reproduction, 'of'> & { of: ResolversParentTypes['TrainingSet'] }>;
  SourceState: Partial<SourceState>;
  SplitsInput: Partial<SplitsInput>;
  SqlLabels: Partial<SqlLabels>;
  Subscription: Record<PropertyKey, never>;
  TimeSplitsInput: Partial<TimeSplitsInput>;
  TrainingSet: TrainingSetSource;
  TrainingSetColumn: Partial<TrainingSetColumn>;
  TrainingSetConnection: Partial<Omit<TrainingSetConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['TrainingSetEdge']> }>;
  TrainingSetDifference: Partial<TrainingSetDifference>;
  TrainingSetEdge: Partial<Omit<TrainingSetEdge, 'node'> & { node: ResolversParentTypes['TrainingSet'] }>;
  TrainingSetPlan: Partial<TrainingSetPlan>;
  TrainingSetProvenance: Partial<TrainingSetProvenance>;
  TrainingSetScan: Partial<TrainingSetScan>;
  TrainingSetSplit: Partial<TrainingSetSplit>;
  TrainingSetView: Partial<TrainingSetView>;
  UserError: UserErrorSource;
  ValueCount: Partial<ValueCount>;
  ViewBinding: Partial<ViewBinding>;
};

export interface BytesScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Bytes'], any> {
  name: 'Bytes';
}

export type CancelRunPayloadResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['CancelRunPayload'] = ResolversParentTypes['CancelRunPayload']> = {
  cancelled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CreateTrainingSetPayloadResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['CreateTrainingSetPayload'] = ResolversParentTypes['CreateTrainingSetPayload']> = {
  trainingSet?: Resolver<Maybe<ResolversTypes['TrainingSet']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CreateUploadPayloadResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['CreateUploadPayload'] = ResolversParentTypes['CreateUploadPayload']> = {
  id?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  url?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface DateScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Date'], any> {
  name: 'Date';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DropOnlineValuesPayloadResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['DropOnlineValuesPayload'] = ResolversParentTypes['DropOnlineValuesPayload']> = {
  dropped?: Resolver<Maybe<ResolversTypes['Int64']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type EntitiesResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Entities'] = ResolversParentTypes['Entities']> = {
  meta_?: Resolver<ResolversTypes['EntitiesMeta'], ParentType, ContextType>;
};

export type EntitiesMetaResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['EntitiesMeta'] = ResolversParentTypes['EntitiesMeta']> = {
  registryVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export interface EntityRowScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['EntityRow'], any> {
  name: 'EntityRow';
}

export type FeatureResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Feature'] = ResolversParentTypes['Feature']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type FeatureColumnResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['FeatureColumn'] = ResolversParentTypes['FeatureColumn']> = {
  eventTimes?: Resolver<Maybe<ReadonlyArray<Maybe<ResolversTypes['DateTime']>>>, ParentType, ContextType>;
  feature?: Resolver<Maybe<ResolversTypes['Feature']>, ParentType, ContextType>;
  isArray?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['ColumnRole'], ParentType, ContextType>;
  stale?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  statuses?: Resolver<Maybe<ReadonlyArray<ResolversTypes['FeatureStatus']>>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['ValueType'], ParentType, ContextType>;
  values?: Resolver<ReadonlyArray<Maybe<ResolversTypes['FeatureValue']>>, ParentType, ContextType>;
};

export type FeatureFrameResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['FeatureFrame'] = ResolversParentTypes['FeatureFrame']> = {
  columns?: Resolver<ReadonlyArray<ResolversTypes['FeatureColumn']>, ParentType, ContextType>;
  registryVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  rowCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  rowErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export interface FeatureRefScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['FeatureRef'], any> {
  name: 'FeatureRef';
}

export type FeatureRowMetaResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['FeatureRowMeta'] = ResolversParentTypes['FeatureRowMeta']> = {
  eventTime?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  stale?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['FeatureStatus'], ParentType, ContextType>;
  view?: Resolver<ResolversTypes['FeatureView'], ParentType, ContextType>;
};

export interface FeatureValueScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['FeatureValue'], any> {
  name: 'FeatureValue';
}

export type FeatureViewResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['FeatureView'] = ResolversParentTypes['FeatureView']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export interface Int64ScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Int64'], any> {
  name: 'Int64';
}

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type LeakageFindingResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['LeakageFinding'] = ResolversParentTypes['LeakageFinding']> = {
  column?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  correlation?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  feature?: Resolver<ResolversTypes['Feature'], ParentType, ContextType>;
  labelColumn?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  share?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type LogPositionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['LogPosition'] = ResolversParentTypes['LogPosition']> = {
  log?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  position?: Resolver<ResolversTypes['Int64'], ParentType, ContextType>;
};

export type MaterializationRunResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['MaterializationRun'] = ResolversParentTypes['MaterializationRun'], FederationReferenceType extends FederationReferenceTypes['MaterializationRun'] = FederationReferenceTypes['MaterializationRun']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['MaterializationRun']> | FederationReferenceType, FederationReferenceType, ContextType>;
  failure?: Resolver<Maybe<ResolversTypes['UserError']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  progress?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  project?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rowsRead?: Resolver<ResolversTypes['Int64'], ParentType, ContextType>;
  rowsWritten?: Resolver<ResolversTypes['Int64'], ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['RunState'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MaterializePayloadResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['MaterializePayload'] = ResolversParentTypes['MaterializePayload']> = {
  run?: Resolver<Maybe<ResolversTypes['MaterializationRun']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  backfill?: Resolver<Maybe<ResolversTypes['MaterializePayload']>, ParentType, ContextType, RequireFields<MutationBackfillArgs, 'input'>>;
  cancelRun?: Resolver<Maybe<ResolversTypes['CancelRunPayload']>, ParentType, ContextType, RequireFields<MutationCancelRunArgs, 'id'>>;
  createTrainingSet?: Resolver<Maybe<ResolversTypes['CreateTrainingSetPayload']>, ParentType, ContextType, RequireFields<MutationCreateTrainingSetArgs, 'input'>>;
  createUpload?: Resolver<Maybe<ResolversTypes['CreateUploadPayload']>, ParentType, ContextType, RequireFields<MutationCreateUploadArgs, 'input'>>;
  dropOnlineValues?: Resolver<Maybe<ResolversTypes['DropOnlineValuesPayload']>, ParentType, ContextType, RequireFields<MutationDropOnlineValuesArgs, 'project'>>;
  materialize?: Resolver<Maybe<ResolversTypes['MaterializePayload']>, ParentType, ContextType, RequireFields<MutationMaterializeArgs, 'input'>>;
  push?: Resolver<Maybe<ResolversTypes['PushPayload']>, ParentType, ContextType, RequireFields<MutationPushArgs, 'input'>>;
  reproduceTrainingSet?: Resolver<Maybe<ResolversTypes['ReproduceTrainingSetPayload']>, ParentType, ContextType, RequireFields<MutationReproduceTrainingSetArgs, 'id'>>;
};

export type NodeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'MaterializationRun' | 'TrainingSet', ParentType, ContextType>;
};

export type OnlineUsageResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['OnlineUsage'] = ResolversParentTypes['OnlineUsage']> = {
  bytes?: Resolver<ResolversTypes['Int64'], ParentType, ContextType>;
  entities?: Resolver<ResolversTypes['Int64'], ParentType, ContextType>;
  views?: Resolver<ReadonlyArray<ResolversTypes['OnlineViewUsage']>, ParentType, ContextType>;
};

export type OnlineViewUsageResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['OnlineViewUsage'] = ResolversParentTypes['OnlineViewUsage']> = {
  bytes?: Resolver<ResolversTypes['Int64'], ParentType, ContextType>;
  entities?: Resolver<ResolversTypes['Int64'], ParentType, ContextType>;
  isPinned?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  view?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PushPayloadResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['PushPayload'] = ResolversParentTypes['PushPayload']> = {
  accepted?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  rejected?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
  stale?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
  warnings?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  entities?: Resolver<Maybe<ResolversTypes['Entities']>, ParentType, ContextType>;
  historicalFeatures?: Resolver<Maybe<ResolversTypes['FeatureFrame']>, ParentType, ContextType, RequireFields<QueryHistoricalFeaturesArgs, 'fullFeatureNames' | 'labels' | 'project' | 'select' | 'timestampColumn'>>;
  materializationRun?: Resolver<Maybe<ResolversTypes['MaterializationRun']>, ParentType, ContextType, RequireFields<QueryMaterializationRunArgs, 'id'>>;
  onlineFeatures?: Resolver<Maybe<ResolversTypes['FeatureFrame']>, ParentType, ContextType, RequireFields<QueryOnlineFeaturesArgs, 'entities' | 'fullFeatureNames' | 'project' | 'select'>>;
  onlineUsage?: Resolver<Maybe<ResolversTypes['OnlineUsage']>, ParentType, ContextType, RequireFields<QueryOnlineUsageArgs, 'project'>>;
  trainingSet?: Resolver<Maybe<ResolversTypes['TrainingSet']>, ParentType, ContextType, RequireFields<QueryTrainingSetArgs, 'id'>>;
  trainingSetPlan?: Resolver<Maybe<ResolversTypes['TrainingSetPlan']>, ParentType, ContextType, RequireFields<QueryTrainingSetPlanArgs, 'input'>>;
  trainingSets?: Resolver<Maybe<ResolversTypes['TrainingSetConnection']>, ParentType, ContextType, RequireFields<QueryTrainingSetsArgs, 'first' | 'project'>>;
};

export type ReproduceTrainingSetPayloadResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['ReproduceTrainingSetPayload'] = ResolversParentTypes['ReproduceTrainingSetPayload']> = {
  differences?: Resolver<Maybe<ReadonlyArray<ResolversTypes['TrainingSetDifference']>>, ParentType, ContextType>;
  identical?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  trainingSet?: Resolver<Maybe<ResolversTypes['TrainingSet']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ReproductionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Reproduction'] = ResolversParentTypes['Reproduction']> = {
  differences?: Resolver<Maybe<ReadonlyArray<ResolversTypes['TrainingSetDifference']>>, ParentType, ContextType>;
  identical?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  of?: Resolver<ResolversTypes['TrainingSet'], ParentType, ContextType>;
};

export type SourceStateResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['SourceState'] = ResolversParentTypes['SourceState']> = {
  fingerprint?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  featureUpdates?: SubscriptionResolver<Maybe<ResolversTypes['FeatureFrame']>, "featureUpdates", ParentType, ContextType, RequireFields<SubscriptionFeatureUpdatesArgs, 'entities' | 'project' | 'select'>>;
  materializationProgress?: SubscriptionResolver<Maybe<ResolversTypes['MaterializationRun']>, "materializationProgress", ParentType, ContextType, RequireFields<SubscriptionMaterializationProgressArgs, 'id'>>;
  trainingSetProgress?: SubscriptionResolver<Maybe<ResolversTypes['TrainingSet']>, "trainingSetProgress", ParentType, ContextType, RequireFields<SubscriptionTrainingSetProgressArgs, 'id'>>;
};

export type TrainingSetResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['TrainingSet'] = ResolversParentTypes['TrainingSet'], FederationReferenceType extends FederationReferenceTypes['TrainingSet'] = FederationReferenceTypes['TrainingSet']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['TrainingSet']> | FederationReferenceType, FederationReferenceType, ContextType>;
  byteCount?: Resolver<Maybe<ResolversTypes['Int64']>, ParentType, ContextType>;
  contentHash?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  failure?: Resolver<Maybe<ResolversTypes['UserError']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  format?: Resolver<ResolversTypes['FileFormat'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  leakage?: Resolver<Maybe<ReadonlyArray<ResolversTypes['LeakageFinding']>>, ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  progress?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  project?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  provenance?: Resolver<Maybe<ResolversTypes['TrainingSetProvenance']>, ParentType, ContextType>;
  reproduction?: Resolver<Maybe<ResolversTypes['Reproduction']>, ParentType, ContextType>;
  rowCount?: Resolver<Maybe<ResolversTypes['Int64']>, ParentType, ContextType>;
  splits?: Resolver<Maybe<ReadonlyArray<ResolversTypes['TrainingSetSplit']>>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['RunState'], ParentType, ContextType>;
  url?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TrainingSetColumnResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['TrainingSetColumn'] = ResolversParentTypes['TrainingSetColumn']> = {
  distinctCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  isArray?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  max?: Resolver<Maybe<ResolversTypes['FeatureValue']>, ParentType, ContextType>;
  mean?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  min?: Resolver<Maybe<ResolversTypes['FeatureValue']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  nullCount?: Resolver<ResolversTypes['Int64'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['ColumnRole'], ParentType, ContextType>;
  topValues?: Resolver<ReadonlyArray<ResolversTypes['ValueCount']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['ValueType'], ParentType, ContextType>;
};

export type TrainingSetConnectionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['TrainingSetConnection'] = ResolversParentTypes['TrainingSetConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['TrainingSetEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type TrainingSetDifferenceResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['TrainingSetDifference'] = ResolversParentTypes['TrainingSetDifference']> = {
  column?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rowCount?: Resolver<ResolversTypes['Int64'], ParentType, ContextType>;
};

export type TrainingSetEdgeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['TrainingSetEdge'] = ResolversParentTypes['TrainingSetEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['TrainingSet'], ParentType, ContextType>;
};

export type TrainingSetPlanResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['TrainingSetPlan'] = ResolversParentTypes['TrainingSetPlan']> = {
  scans?: Resolver<ReadonlyArray<ResolversTypes['TrainingSetScan']>, ParentType, ContextType>;
};

export type TrainingSetProvenanceResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['TrainingSetProvenance'] = ResolversParentTypes['TrainingSetProvenance']> = {
  columns?: Resolver<ReadonlyArray<ResolversTypes['TrainingSetColumn']>, ParentType, ContextType>;
  featureService?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  labelHash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  labelSource?: Resolver<Maybe<ResolversTypes['SourceState']>, ParentType, ContextType>;
  logPositions?: Resolver<ReadonlyArray<ResolversTypes['LogPosition']>, ParentType, ContextType>;
  registryVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  sampledRows?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  scans?: Resolver<Maybe<ReadonlyArray<ResolversTypes['TrainingSetScan']>>, ParentType, ContextType>;
  splits?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  views?: Resolver<ReadonlyArray<ResolversTypes['TrainingSetView']>, ParentType, ContextType>;
};

export type TrainingSetScanResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['TrainingSetScan'] = ResolversParentTypes['TrainingSetScan']> = {
  engine?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  estimatedCost?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  estimatedRows?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  features?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sql?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  strategy?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  views?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type TrainingSetSplitResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['TrainingSetSplit'] = ResolversParentTypes['TrainingSetSplit']> = {
  byteCount?: Resolver<ResolversTypes['Int64'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rowCount?: Resolver<ResolversTypes['Int64'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type TrainingSetViewResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['TrainingSetView'] = ResolversParentTypes['TrainingSetView']> = {
  engine?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  source?: Resolver<Maybe<ResolversTypes['SourceState']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  hint?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  index?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  nearest?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  path?: Resolver<Maybe<ReadonlyArray<ResolversTypes['String']>>, ParentType, ContextType>;
};

export type ValueCountResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['ValueCount'] = ResolversParentTypes['ValueCount']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['FeatureValue']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = OperationContext> = {
  Bytes?: GraphQLScalarType;
  CancelRunPayload?: CancelRunPayloadResolvers<ContextType>;
  CreateTrainingSetPayload?: CreateTrainingSetPayloadResolvers<ContextType>;
  CreateUploadPayload?: CreateUploadPayloadResolvers<ContextType>;
  Date?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  DropOnlineValuesPayload?: DropOnlineValuesPayloadResolvers<ContextType>;
  Entities?: EntitiesResolvers<ContextType>;
  EntitiesMeta?: EntitiesMetaResolvers<ContextType>;
  EntityRow?: GraphQLScalarType;
  Feature?: FeatureResolvers<ContextType>;
  FeatureColumn?: FeatureColumnResolvers<ContextType>;
  FeatureFrame?: FeatureFrameResolvers<ContextType>;
  FeatureRef?: GraphQLScalarType;
  FeatureRowMeta?: FeatureRowMetaResolvers<ContextType>;
  FeatureValue?: GraphQLScalarType;
  FeatureView?: FeatureViewResolvers<ContextType>;
  Int64?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  LeakageFinding?: LeakageFindingResolvers<ContextType>;
  LogPosition?: LogPositionResolvers<ContextType>;
  MaterializationRun?: MaterializationRunResolvers<ContextType>;
  MaterializePayload?: MaterializePayloadResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  OnlineUsage?: OnlineUsageResolvers<ContextType>;
  OnlineViewUsage?: OnlineViewUsageResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  PushPayload?: PushPayloadResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  ReproduceTrainingSetPayload?: ReproduceTrainingSetPayloadResolvers<ContextType>;
  Reproduction?: ReproductionResolvers<ContextType>;
  SourceState?: SourceStateResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  TrainingSet?: TrainingSetResolvers<ContextType>;
  TrainingSetColumn?: TrainingSetColumnResolvers<ContextType>;
  TrainingSetConnection?: TrainingSetConnectionResolvers<ContextType>;
  TrainingSetDifference?: TrainingSetDifferenceResolvers<ContextType>;
  TrainingSetEdge?: TrainingSetEdgeResolvers<ContextType>;
  TrainingSetPlan?: TrainingSetPlanResolvers<ContextType>;
  TrainingSetProvenance?: TrainingSetProvenanceResolvers<ContextType>;
  TrainingSetScan?: TrainingSetScanResolvers<ContextType>;
  TrainingSetSplit?: TrainingSetSplitResolvers<ContextType>;
  TrainingSetView?: TrainingSetViewResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  ValueCount?: ValueCountResolvers<ContextType>;
};

