import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { RegistrySnapshot as RegistrySnapshotSource } from '../../core/registry/snapshot.ts';
import type { EntityObject as EntityObjectSource, DataSourceObject as DataSourceObjectSource, FeatureViewObject as FeatureViewObjectSource, FeatureObject as FeatureObjectSource, FeatureServiceObject as FeatureServiceObjectSource, RegistryObject as RegistryObjectSource } from '../../core/registry/registry-object.ts';
import type { Plan as PlanSource } from '../../core/registry/plan.ts';
import type { DefinitionError as DefinitionErrorSource } from '../../core/definitions/definition-error.ts';
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

export type Alert = Node & {
  readonly id: Scalars['ID']['output'];
};

export type ApplyPayload = {
  readonly plan: Maybe<Plan>;
  readonly registryVersion: Maybe<Scalars['Int']['output']>;
  readonly userErrors: ReadonlyArray<DefinitionError>;
};

export type ChangeAction =
  | 'CREATE'
  | 'DELETE'
  | 'UPDATE';

export type DataSource = Node & {
  readonly availableTimeColumn: Maybe<Scalars['String']['output']>;
  readonly createdTimeColumn: Maybe<Scalars['String']['output']>;
  readonly eventTimeColumn: Scalars['String']['output'];
  readonly id: Scalars['ID']['output'];
  readonly kind: Scalars['String']['output'];
  readonly name: Scalars['String']['output'];
  readonly project: Scalars['String']['output'];
};

export type DefinitionChange = {
  readonly action: ChangeAction;
  readonly fields: ReadonlyArray<FieldChange>;
  readonly kind: DefinitionKind;
  readonly makesNewVersion: Scalars['Boolean']['output'];
  readonly name: Scalars['String']['output'];
};

export type DefinitionError = {
  readonly code: Scalars['String']['output'];
  readonly column: Maybe<Scalars['Int']['output']>;
  readonly file: Maybe<Scalars['String']['output']>;
  readonly hint: Maybe<Scalars['String']['output']>;
  readonly line: Maybe<Scalars['Int']['output']>;
  readonly message: Scalars['String']['output'];
  readonly name: Maybe<Scalars['String']['output']>;
  readonly nearest: ReadonlyArray<Scalars['String']['output']>;
};

export type DefinitionFile = {
  readonly content: Scalars['String']['input'];
  readonly path: Scalars['String']['input'];
};

export type DefinitionKind =
  | 'DATA_SOURCE'
  | 'ENTITY'
  | 'FEATURE'
  | 'FEATURE_SERVICE'
  | 'FEATURE_VIEW';

/**
 * `files` are all definition files of the project. `expectedVersion`: the registry version that the caller planned against;
 * a newer one is CONFLICT. `planHash`: apply exactly that plan or fail. Deleting needs `allowDelete`.
 */
export type DefinitionsInput = {
  readonly allowDelete?: Scalars['Boolean']['input'];
  readonly expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  readonly files: ReadonlyArray<DefinitionFile>;
  readonly planHash?: InputMaybe<Scalars['String']['input']>;
  /** Must agree with a `project:` in the files; without either, `default`. */
  readonly project?: InputMaybe<Scalars['String']['input']>;
};

export type Entity = Node & {
  readonly description: Maybe<Scalars['String']['output']>;
  readonly id: Scalars['ID']['output'];
  readonly joinKeys: ReadonlyArray<JoinKey>;
  readonly name: Scalars['String']['output'];
  readonly owner: Maybe<Owner>;
  readonly project: Scalars['String']['output'];
  readonly tags: ReadonlyArray<Scalars['String']['output']>;
};

export type Feature = Node & {
  readonly classification: Maybe<Scalars['String']['output']>;
  readonly description: Maybe<Scalars['String']['output']>;
  readonly id: Scalars['ID']['output'];
  readonly isArray: Scalars['Boolean']['output'];
  readonly name: Scalars['String']['output'];
  readonly tags: ReadonlyArray<Scalars['String']['output']>;
  readonly type: ValueType;
  readonly view: FeatureView;
};

export type FeatureConnection = {
  readonly edges: ReadonlyArray<FeatureEdge>;
  readonly pageInfo: PageInfo;
};

export type FeatureEdge = {
  readonly cursor: Scalars['String']['output'];
  readonly node: Feature;
};

/** What one model reads. A version freezes the view versions that it resolved to. */
export type FeatureService = Node & {
  readonly description: Maybe<Scalars['String']['output']>;
  readonly features: FeatureConnection;
  readonly id: Scalars['ID']['output'];
  readonly name: Scalars['String']['output'];
  readonly owner: Maybe<Owner>;
  readonly project: Scalars['String']['output'];
  readonly schemaHash: Scalars['String']['output'];
  readonly tags: ReadonlyArray<Scalars['String']['output']>;
  readonly version: Scalars['Int']['output'];
};


/** What one model reads. A version freezes the view versions that it resolved to. */
export type FeatureServiceFeaturesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};

export type FeatureView = Node & {
  readonly createdAt: Scalars['DateTime']['output'];
  readonly createdBy: Maybe<Scalars['String']['output']>;
  /** Of what decides values (schema, source, transformation, entities, ttl); owner, tags and description are not part of it. */
  readonly definitionHash: Scalars['String']['output'];
  readonly description: Maybe<Scalars['String']['output']>;
  readonly entities: ReadonlyArray<Entity>;
  readonly features: FeatureConnection;
  readonly freshnessSlaSeconds: Maybe<Scalars['Int']['output']>;
  readonly id: Scalars['ID']['output'];
  readonly isCurrent: Scalars['Boolean']['output'];
  readonly kind: ViewKind;
  readonly name: Scalars['String']['output'];
  /** The version that answers online under the bare name: behind the current one until that has been materialized once. */
  readonly onlineVersion: Maybe<Scalars['Int']['output']>;
  readonly owner: Maybe<Owner>;
  readonly project: Scalars['String']['output'];
  readonly source: Maybe<DataSource>;
  readonly tags: ReadonlyArray<Scalars['String']['output']>;
  readonly ttlSeconds: Maybe<Scalars['Int']['output']>;
  readonly version: Scalars['Int']['output'];
};


export type FeatureViewFeaturesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};

export type FeatureViewConnection = {
  readonly edges: ReadonlyArray<FeatureViewEdge>;
  readonly pageInfo: PageInfo;
};

export type FeatureViewEdge = {
  readonly cursor: Scalars['String']['output'];
  readonly node: FeatureView;
};

export type FieldChange = {
  readonly after: Maybe<Scalars['JSON']['output']>;
  readonly before: Maybe<Scalars['JSON']['output']>;
  readonly path: Scalars['String']['output'];
};

export type JoinKey = {
  readonly name: Scalars['String']['output'];
  readonly type: ValueType;
};

export type MaterializationRun = Node & {
  readonly id: Scalars['ID']['output'];
};

export type Model = Node & {
  readonly id: Scalars['ID']['output'];
};

export type ModelVersion = Node & {
  readonly id: Scalars['ID']['output'];
};

export type Mutation = {
  readonly apply: Maybe<ApplyPayload>;
};


export type MutationApplyArgs = {
  input: DefinitionsInput;
};

/** `id` is opaque. */
export type Node = {
  readonly id: Scalars['ID']['output'];
};

export type Owner = {
  readonly contact: Maybe<Scalars['String']['output']>;
  readonly id: Scalars['ID']['output'];
  readonly name: Scalars['String']['output'];
};

export type PageInfo = {
  readonly endCursor: Maybe<Scalars['String']['output']>;
  readonly hasNextPage: Scalars['Boolean']['output'];
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  readonly startCursor: Maybe<Scalars['String']['output']>;
};

export type Plan = {
  readonly changes: ReadonlyArray<DefinitionChange>;
  readonly created: Scalars['Int']['output'];
  readonly deleted: Scalars['Int']['output'];
  readonly hash: Scalars['String']['output'];
  readonly registryVersion: Scalars['Int']['output'];
  readonly updated: Scalars['Int']['output'];
};

export type PlanPayload = {
  readonly plan: Maybe<Plan>;
  readonly userErrors: ReadonlyArray<DefinitionError>;
};

export type Project = Node & {
  readonly description: Maybe<Scalars['String']['output']>;
  readonly id: Scalars['ID']['output'];
  readonly name: Scalars['String']['output'];
  readonly registryVersion: Scalars['Int']['output'];
};

export type Query = {
  readonly dataSource: Maybe<DataSource>;
  readonly entity: Maybe<Entity>;
  readonly featureService: Maybe<FeatureService>;
  /** Without `version`, the current one. */
  readonly featureView: Maybe<FeatureView>;
  readonly featureViews: Maybe<FeatureViewConnection>;
  readonly node: Maybe<Node>;
  /** What applying these files would change, and whom it would touch. Changes nothing. */
  readonly plan: Maybe<PlanPayload>;
  readonly project: Maybe<Project>;
  /** Discovery: words in names, descriptions, tags and owners, best match first. */
  readonly search: Maybe<SearchConnection>;
};


export type QueryDataSourceArgs = {
  name: Scalars['String']['input'];
  project?: Scalars['String']['input'];
};


export type QueryEntityArgs = {
  name: Scalars['String']['input'];
  project?: Scalars['String']['input'];
};


export type QueryFeatureServiceArgs = {
  name: Scalars['String']['input'];
  project?: Scalars['String']['input'];
  version?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryFeatureViewArgs = {
  name: Scalars['String']['input'];
  project?: Scalars['String']['input'];
  version?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryFeatureViewsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  project?: Scalars['String']['input'];
};


export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


export type QueryPlanArgs = {
  input: DefinitionsInput;
};


export type QueryProjectArgs = {
  name?: Scalars['String']['input'];
};


export type QuerySearchArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  kinds?: InputMaybe<ReadonlyArray<DefinitionKind>>;
  owner?: InputMaybe<Scalars['String']['input']>;
  project?: InputMaybe<Scalars['String']['input']>;
  tags?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  text?: InputMaybe<Scalars['String']['input']>;
};

export type RunState =
  | 'CANCELLED'
  | 'FAILED'
  | 'QUEUED'
  | 'RUNNING'
  | 'SUCCEEDED';

export type SearchConnection = {
  readonly edges: ReadonlyArray<SearchEdge>;
  readonly pageInfo: PageInfo;
};

export type SearchEdge = {
  readonly cursor: Scalars['String']['output'];
  readonly node: SearchResult;
  readonly score: Scalars['Float']['output'];
};

export type SearchResult = DataSource | Entity | Feature | FeatureService | FeatureView;

export type TrainingSet = Node & {
  readonly id: Scalars['ID']['output'];
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

export type ViewKind =
  | 'BATCH'
  | 'ON_DEMAND'
  | 'STREAM';



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
  DataSource: DataSource;
  Entity: Entity;
  Feature: Feature;
  FeatureService: FeatureService;
  FeatureView: FeatureView;
  Owner: Owner;
  Project: Project;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  DataSource:
    ( { __typename: 'DataSource' }
    & GraphQLRecursivePick<FederationTypes['DataSource'], {"id":true}> );
  Entity:
    ( { __typename: 'Entity' }
    & GraphQLRecursivePick<FederationTypes['Entity'], {"id":true}> );
  Feature:
    ( { __typename: 'Feature' }
    & GraphQLRecursivePick<FederationTypes['Feature'], {"id":true}> );
  FeatureService:
    ( { __typename: 'FeatureService' }
    & GraphQLRecursivePick<FederationTypes['FeatureService'], {"id":true}> );
  FeatureView:
    ( { __typename: 'FeatureView' }
    & ( GraphQLRecursivePick<FederationTypes['FeatureView'], {"id":true}>
        | GraphQLRecursivePick<FederationTypes['FeatureView'], {"project":true,"name":true,"version":true}> ) );
  Owner:
    ( { __typename: 'Owner' }
    & GraphQLRecursivePick<FederationTypes['Owner'], {"id":true}> );
  Project:
    ( { __typename: 'Project' }
    & GraphQLRecursivePick<FederationTypes['Project'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node:
    | ( Partial<Alert> )
    | ( DataSourceObjectSource )
    | ( EntityObjectSource )
    | ( FeatureObjectSource )
    | ( FeatureServiceObjectSource )
    | ( FeatureViewObjectSource )
    | ( Partial<MaterializationRun> )
    | ( Partial<Model> )
    | ( Partial<ModelVersion> )
    | ( RegistrySnapshotSource )
    | ( Partial<TrainingSet> )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Alert: ResolverTypeWrapper<Partial<Alert>>;
  ID: ResolverTypeWrapper<Partial<Scalars['ID']['output']>>;
  ApplyPayload: ResolverTypeWrapper<Partial<Omit<ApplyPayload, 'plan' | 'userErrors'> & { plan?: Maybe<ResolversTypes['Plan']>, userErrors: ReadonlyArray<ResolversTypes['DefinitionError']> }>>;
  Int: ResolverTypeWrapper<Partial<Scalars['Int']['output']>>;
  ChangeAction: ResolverTypeWrapper<Partial<ChangeAction>>;
  DataSource: ResolverTypeWrapper<DataSourceObjectSource>;
  String: ResolverTypeWrapper<Partial<Scalars['String']['output']>>;
  DateTime: ResolverTypeWrapper<Partial<Scalars['DateTime']['output']>>;
  DefinitionChange: ResolverTypeWrapper<Partial<DefinitionChange>>;
  Boolean: ResolverTypeWrapper<Partial<Scalars['Boolean']['output']>>;
  DefinitionError: ResolverTypeWrapper<DefinitionErrorSource>;
  DefinitionFile: ResolverTypeWrapper<Partial<DefinitionFile>>;
  DefinitionKind: ResolverTypeWrapper<Partial<DefinitionKind>>;
  DefinitionsInput: ResolverTypeWrapper<Partial<DefinitionsInput>>;
  Entity: ResolverTypeWrapper<EntityObjectSource>;
  EntityRow: ResolverTypeWrapper<Partial<Scalars['EntityRow']['output']>>;
  Feature: ResolverTypeWrapper<FeatureObjectSource>;
  FeatureConnection: ResolverTypeWrapper<Partial<Omit<FeatureConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['FeatureEdge']> }>>;
  FeatureEdge: ResolverTypeWrapper<Partial<Omit<FeatureEdge, 'node'> & { node: ResolversTypes['Feature'] }>>;
  FeatureRef: ResolverTypeWrapper<Partial<Scalars['FeatureRef']['output']>>;
  FeatureService: ResolverTypeWrapper<FeatureServiceObjectSource>;
  FeatureValue: ResolverTypeWrapper<Partial<Scalars['FeatureValue']['output']>>;
  FeatureView: ResolverTypeWrapper<FeatureViewObjectSource>;
  FeatureViewConnection: ResolverTypeWrapper<Partial<Omit<FeatureViewConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['FeatureViewEdge']> }>>;
  FeatureViewEdge: ResolverTypeWrapper<Partial<Omit<FeatureViewEdge, 'node'> & { node: ResolversTypes['FeatureView'] }>>;
  FieldChange: ResolverTypeWrapper<Partial<FieldChange>>;
  Int64: ResolverTypeWrapper<Partial<Scalars['Int64']['output']>>;
  JSON: ResolverTypeWrapper<Partial<Scalars['JSON']['output']>>;
  JoinKey: ResolverTypeWrapper<Partial<JoinKey>>;
  MaterializationRun: ResolverTypeWrapper<Partial<MaterializationRun>>;
  Model: ResolverTypeWrapper<Partial<Model>>;
  ModelVersion: ResolverTypeWrapper<Partial<ModelVersion>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  Owner: ResolverTypeWrapper<Partial<Owner>>;
  PageInfo: ResolverTypeWrapper<Partial<PageInfo>>;
  Plan: ResolverTypeWrapper<PlanSource>;
  PlanPayload: ResolverTypeWrapper<Partial<Omit<PlanPayload, 'plan' | 'userErrors'> & { plan?: Maybe<ResolversTypes['Plan']>, userErrors: ReadonlyArray<ResolversTypes['DefinitionError']> }>>;
  Project: ResolverTypeWrapper<RegistrySnapshotSource>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RunState: ResolverTypeWrapper<Partial<RunState>>;
  SearchConnection: ResolverTypeWrapper<Partial<Omit<SearchConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['SearchEdge']> }>>;
  SearchEdge: ResolverTypeWrapper<Partial<Omit<SearchEdge, 'node'> & { node: ResolversTypes['SearchResult'] }>>;
  Float: ResolverTypeWrapper<Partial<Scalars['Float']['output']>>;
  SearchResult: ResolverTypeWrapper<RegistryObjectSource>;
  TrainingSet: ResolverTypeWrapper<Partial<TrainingSet>>;
  UserError: ResolverTypeWrapper<Partial<UserError>>;
  ValueType: ResolverTypeWrapper<Partial<ValueType>>;
  ViewKind: ResolverTypeWrapper<Partial<ViewKind>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Alert: Partial<Alert>;
  ID: Partial<Scalars['ID']['output']>;
  ApplyPayload: Partial<Omit<ApplyPayload, 'plan' | 'userErrors'> & { plan?: Maybe<ResolversParentTypes['Plan']>, userErrors: ReadonlyArray<ResolversParentTypes['DefinitionError']> }>;
  Int: Partial<Scalars['Int']['output']>;
  DataSource: DataSourceObjectSource;
  String: Partial<Scalars['String']['output']>;
  DateTime: Partial<Scalars['DateTime']['output']>;
  DefinitionChange: Partial<DefinitionChange>;
  Boolean: Partial<Scalars['Boolean']['output']>;
  DefinitionError: DefinitionErrorSource;
  DefinitionFile: Partial<DefinitionFile>;
  DefinitionsInput: Partial<DefinitionsInput>;
  Entity: EntityObjectSource;
  EntityRow: Partial<Scalars['EntityRow']['output']>;
  Feature: FeatureObjectSource;
  FeatureConnection: Partial<Omit<FeatureConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['FeatureEdge']> }>;
  FeatureEdge: Partial<Omit<FeatureEdge, 'node'> & { node: ResolversParentTypes['Feature'] }>;
  FeatureRef: Partial<Scalars['FeatureRef']['output']>;
  FeatureService: FeatureServiceObjectSource;
  FeatureValue: Partial<Scalars['FeatureValue']['output']>;
  FeatureView: FeatureViewObjectSource;
  FeatureViewConnection: Partial<Omit<FeatureViewConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['FeatureViewEdge']> }>;
  FeatureViewEdge: Partial<Omit<FeatureViewEdge, 'node'> & { node: ResolversParentTypes['FeatureView'] }>;
  FieldChange: Partial<FieldChange>;
  Int64: Partial<Scalars['Int64']['output']>;
  JSON: Partial<Scalars['JSON']['output']>;
  JoinKey: Partial<JoinKey>;
  MaterializationRun: Partial<MaterializationRun>;
  Model: Partial<Model>;
  ModelVersion: Partial<ModelVersion>;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  Owner: Partial<Owner | FederationReferenceTypes['Owner']>;
  PageInfo: Partial<PageInfo>;
  Plan: PlanSource;
  PlanPayload: Partial<Omit<PlanPayload, 'plan' | 'userErrors'> & { plan?: Maybe<ResolversParentTypes['Plan']>, userErrors: ReadonlyArray<ResolversParentTypes['DefinitionError']> }>;
  Project: RegistrySnapshotSource;
  Query: Record<PropertyKey, never>;
  SearchConnection: Partial<Omit<SearchConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['SearchEdge']> }>;
  SearchEdge: Partial<Omit<SearchEdge, 'node'> & { node: ResolversParentTypes['SearchResult'] }>;
  Float: Partial<Scalars['Float']['output']>;
  SearchResult: RegistryObjectSource;
  TrainingSet: Partial<TrainingSet>;
  UserError: Partial<UserError>;
};

export type AlertResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Alert'] = ResolversParentTypes['Alert']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ApplyPayloadResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['ApplyPayload'] = ResolversParentTypes['ApplyPayload']> = {
  plan?: Resolver<Maybe<ResolversTypes['Plan']>, ParentType, ContextType>;
  registryVersion?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['DefinitionError']>, ParentType, ContextType>;
};

export type DataSourceResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['DataSource'] = ResolversParentTypes['DataSource'], FederationReferenceType extends FederationReferenceTypes['DataSource'] = FederationReferenceTypes['DataSource']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['DataSource']> | FederationReferenceType, FederationReferenceType, ContextType>;
  availableTimeColumn?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdTimeColumn?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  eventTimeColumn?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  project?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DefinitionChangeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['DefinitionChange'] = ResolversParentTypes['DefinitionChange']> = {
  action?: Resolver<ResolversTypes['ChangeAction'], ParentType, ContextType>;
  fields?: Resolver<ReadonlyArray<ResolversTypes['FieldChange']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['DefinitionKind'], ParentType, ContextType>;
  makesNewVersion?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type DefinitionErrorResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['DefinitionError'] = ResolversParentTypes['DefinitionError']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  column?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  file?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hint?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  line?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  nearest?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type EntityResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Entity'] = ResolversParentTypes['Entity'], FederationReferenceType extends FederationReferenceTypes['Entity'] = FederationReferenceTypes['Entity']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Entity']> | FederationReferenceType, FederationReferenceType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  joinKeys?: Resolver<ReadonlyArray<ResolversTypes['JoinKey']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  owner?: Resolver<Maybe<ResolversTypes['Owner']>, ParentType, ContextType>;
  project?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  tags?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface EntityRowScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['EntityRow'], any> {
  name: 'EntityRow';
}

export type FeatureResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Feature'] = ResolversParentTypes['Feature'], FederationReferenceType extends FederationReferenceTypes['Feature'] = FederationReferenceTypes['Feature']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Feature']> | FederationReferenceType, FederationReferenceType, ContextType>;
  classification?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isArray?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  tags?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['ValueType'], ParentType, ContextType>;
  view?: Resolver<ResolversTypes['FeatureView'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FeatureConnectionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['FeatureConnection'] = ResolversParentTypes['FeatureConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['FeatureEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type FeatureEdgeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['FeatureEdge'] = ResolversParentTypes['FeatureEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Feature'], ParentType, ContextType>;
};

export interface FeatureRefScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['FeatureRef'], any> {
  name: 'FeatureRef';
}

export type FeatureServiceResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['FeatureService'] = ResolversParentTypes['FeatureService'], FederationReferenceType extends FederationReferenceTypes['FeatureService'] = FederationReferenceTypes['FeatureService']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['FeatureService']> | FederationReferenceType, FederationReferenceType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  features?: Resolver<ResolversTypes['FeatureConnection'], ParentType, ContextType, RequireFields<FeatureServiceFeaturesArgs, 'first'>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  owner?: Resolver<Maybe<ResolversTypes['Owner']>, ParentType, ContextType>;
  project?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  schemaHash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  tags?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface FeatureValueScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['FeatureValue'], any> {
  name: 'FeatureValue';
}

export type FeatureViewResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['FeatureView'] = ResolversParentTypes['FeatureView'], FederationReferenceType extends FederationReferenceTypes['FeatureView'] = FederationReferenceTypes['FeatureView']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['FeatureView']> | FederationReferenceType, FederationReferenceType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  definitionHash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  entities?: Resolver<ReadonlyArray<ResolversTypes['Entity']>, ParentType, ContextType>;
  features?: Resolver<ResolversTypes['FeatureConnection'], ParentType, ContextType, RequireFields<FeatureViewFeaturesArgs, 'first'>>;
  freshnessSlaSeconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isCurrent?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ViewKind'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  onlineVersion?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  owner?: Resolver<Maybe<ResolversTypes['Owner']>, ParentType, ContextType>;
  project?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  source?: Resolver<Maybe<ResolversTypes['DataSource']>, ParentType, ContextType>;
  tags?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  ttlSeconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FeatureViewConnectionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['FeatureViewConnection'] = ResolversParentTypes['FeatureViewConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['FeatureViewEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type FeatureViewEdgeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['FeatureViewEdge'] = ResolversParentTypes['FeatureViewEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['FeatureView'], ParentType, ContextType>;
};

export type FieldChangeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['FieldChange'] = ResolversParentTypes['FieldChange']> = {
  after?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  before?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  path?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export interface Int64ScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Int64'], any> {
  name: 'Int64';
}

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type JoinKeyResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['JoinKey'] = ResolversParentTypes['JoinKey']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['ValueType'], ParentType, ContextType>;
};

export type MaterializationRunResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['MaterializationRun'] = ResolversParentTypes['MaterializationRun']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ModelResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Model'] = ResolversParentTypes['Model']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ModelVersionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['ModelVersion'] = ResolversParentTypes['ModelVersion']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MutationResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  apply?: Resolver<Maybe<ResolversTypes['ApplyPayload']>, ParentType, ContextType, RequireFields<MutationApplyArgs, 'input'>>;
};

export type NodeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Alert' | 'DataSource' | 'Entity' | 'Feature' | 'FeatureService' | 'FeatureView' | 'MaterializationRun' | 'Model' | 'ModelVersion' | 'Project' | 'TrainingSet', ParentType, ContextType>;
};

export type OwnerResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Owner'] = ResolversParentTypes['Owner'], FederationReferenceType extends FederationReferenceTypes['Owner'] = FederationReferenceTypes['Owner']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Owner']> | FederationReferenceType, FederationReferenceType, ContextType>;
  contact?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PlanResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Plan'] = ResolversParentTypes['Plan']> = {
  changes?: Resolver<ReadonlyArray<ResolversTypes['DefinitionChange']>, ParentType, ContextType>;
  created?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  deleted?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  hash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  registryVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  updated?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type PlanPayloadResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['PlanPayload'] = ResolversParentTypes['PlanPayload']> = {
  plan?: Resolver<Maybe<ResolversTypes['Plan']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['DefinitionError']>, ParentType, ContextType>;
};

export type ProjectResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Project'] = ResolversParentTypes['Project'], FederationReferenceType extends FederationReferenceTypes['Project'] = FederationReferenceTypes['Project']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Project']> | FederationReferenceType, FederationReferenceType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  registryVersion?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type QueryResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  dataSource?: Resolver<Maybe<ResolversTypes['DataSource']>, ParentType, ContextType, RequireFields<QueryDataSourceArgs, 'name' | 'project'>>;
  entity?: Resolver<Maybe<ResolversTypes['Entity']>, ParentType, ContextType, RequireFields<QueryEntityArgs, 'name' | 'project'>>;
  featureService?: Resolver<Maybe<ResolversTypes['FeatureService']>, ParentType, ContextType, RequireFields<QueryFeatureServiceArgs, 'name' | 'project'>>;
  featureView?: Resolver<Maybe<ResolversTypes['FeatureView']>, ParentType, ContextType, RequireFields<QueryFeatureViewArgs, 'name' | 'project'>>;
  featureViews?: Resolver<Maybe<ResolversTypes['FeatureViewConnection']>, ParentType, ContextType, RequireFields<QueryFeatureViewsArgs, 'first' | 'project'>>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  plan?: Resolver<Maybe<ResolversTypes['PlanPayload']>, ParentType, ContextType, RequireFields<QueryPlanArgs, 'input'>>;
  project?: Resolver<Maybe<ResolversTypes['Project']>, ParentType, ContextType, RequireFields<QueryProjectArgs, 'name'>>;
  search?: Resolver<Maybe<ResolversTypes['SearchConnection']>, ParentType, ContextType, RequireFields<QuerySearchArgs, 'first'>>;
};

export type SearchConnectionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['SearchConnection'] = ResolversParentTypes['SearchConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['SearchEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type SearchEdgeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['SearchEdge'] = ResolversParentTypes['SearchEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['SearchResult'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type SearchResultResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['SearchResult'] = ResolversParentTypes['SearchResult']> = {
  __resolveType: TypeResolveFn<'DataSource' | 'Entity' | 'Feature' | 'FeatureService' | 'FeatureView', ParentType, ContextType>;
};

export type TrainingSetResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['TrainingSet'] = ResolversParentTypes['TrainingSet']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
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

export type Resolvers<ContextType = OperationContext> = {
  Alert?: AlertResolvers<ContextType>;
  ApplyPayload?: ApplyPayloadResolvers<ContextType>;
  DataSource?: DataSourceResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  DefinitionChange?: DefinitionChangeResolvers<ContextType>;
  DefinitionError?: DefinitionErrorResolvers<ContextType>;
  Entity?: EntityResolvers<ContextType>;
  EntityRow?: GraphQLScalarType;
  Feature?: FeatureResolvers<ContextType>;
  FeatureConnection?: FeatureConnectionResolvers<ContextType>;
  FeatureEdge?: FeatureEdgeResolvers<ContextType>;
  FeatureRef?: GraphQLScalarType;
  FeatureService?: FeatureServiceResolvers<ContextType>;
  FeatureValue?: GraphQLScalarType;
  FeatureView?: FeatureViewResolvers<ContextType>;
  FeatureViewConnection?: FeatureViewConnectionResolvers<ContextType>;
  FeatureViewEdge?: FeatureViewEdgeResolvers<ContextType>;
  FieldChange?: FieldChangeResolvers<ContextType>;
  Int64?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  JoinKey?: JoinKeyResolvers<ContextType>;
  MaterializationRun?: MaterializationRunResolvers<ContextType>;
  Model?: ModelResolvers<ContextType>;
  ModelVersion?: ModelVersionResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  Owner?: OwnerResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Plan?: PlanResolvers<ContextType>;
  PlanPayload?: PlanPayloadResolvers<ContextType>;
  Project?: ProjectResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  SearchConnection?: SearchConnectionResolvers<ContextType>;
  SearchEdge?: SearchEdgeResolvers<ContextType>;
  SearchResult?: SearchResultResolvers<ContextType>;
  TrainingSet?: TrainingSetResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
};

