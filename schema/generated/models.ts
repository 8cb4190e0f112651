import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Model as ModelSource, ModelVersion as ModelVersionSource } from '../../core/ports/model-store.ts';
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

export type Feature = {
  readonly id: Scalars['ID']['output'];
  readonly modelVersions: Maybe<ModelVersionConnection>;
};


export type FeatureModelVersionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};

export type FeatureService = {
  readonly id: Scalars['ID']['output'];
  readonly modelVersions: Maybe<ModelVersionConnection>;
};


export type FeatureServiceModelVersionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};

export type Model = Node & {
  readonly description: Maybe<Scalars['String']['output']>;
  readonly id: Scalars['ID']['output'];
  readonly name: Scalars['String']['output'];
  readonly project: Scalars['String']['output'];
  readonly tags: ReadonlyArray<Scalars['String']['output']>;
  readonly versions: ModelVersionConnection;
};


export type ModelVersionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
};

export type ModelConnection = {
  readonly edges: ReadonlyArray<ModelEdge>;
  readonly pageInfo: PageInfo;
};

export type ModelEdge = {
  readonly cursor: Scalars['String']['output'];
  readonly node: Model;
};

export type ModelVersion = Node & {
  readonly aliases: ReadonlyArray<Scalars['String']['output']>;
  readonly artifactUri: Maybe<Scalars['String']['output']>;
  readonly createdAt: Scalars['DateTime']['output'];
  readonly createdBy: Maybe<Scalars['String']['output']>;
  readonly description: Maybe<Scalars['String']['output']>;
  readonly featureService: Maybe<FeatureService>;
  readonly id: Scalars['ID']['output'];
  readonly model: Model;
  readonly trainingSet: Maybe<TrainingSet>;
  readonly version: Scalars['Int']['output'];
};

export type ModelVersionConnection = {
  readonly edges: ReadonlyArray<ModelVersionEdge>;
  readonly pageInfo: PageInfo;
};

export type ModelVersionEdge = {
  readonly cursor: Scalars['String']['output'];
  readonly node: ModelVersion;
};

export type Mutation = {
  readonly registerModelVersion: Maybe<RegisterModelVersionPayload>;
};


export type MutationRegisterModelVersionArgs = {
  input: RegisterModelVersionInput;
};

/** `id` is opaque. */
export type Node = {
  readonly id: Scalars['ID']['output'];
};

export type PageInfo = {
  readonly endCursor: Maybe<Scalars['String']['output']>;
  readonly hasNextPage: Scalars['Boolean']['output'];
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  readonly startCursor: Maybe<Scalars['String']['output']>;
};

export type Query = {
  readonly model: Maybe<Model>;
  /** By number or by alias; `at` asks what it was at that instant. */
  readonly modelVersion: Maybe<ModelVersion>;
  readonly models: Maybe<ModelConnection>;
};


export type QueryModelArgs = {
  name: Scalars['String']['input'];
  project?: Scalars['String']['input'];
};


export type QueryModelVersionArgs = {
  alias?: InputMaybe<Scalars['String']['input']>;
  at?: InputMaybe<Scalars['DateTime']['input']>;
  name: Scalars['String']['input'];
  project?: Scalars['String']['input'];
  version?: InputMaybe<Scalars['Int']['input']>;
};


export type QueryModelsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  project?: Scalars['String']['input'];
};

export type RegisterModelVersionInput = {
  readonly artifactUri?: InputMaybe<Scalars['String']['input']>;
  readonly description?: InputMaybe<Scalars['String']['input']>;
  readonly featureService?: InputMaybe<Scalars['String']['input']>;
  readonly featureServiceVersion?: InputMaybe<Scalars['Int']['input']>;
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  readonly model: Scalars['String']['input'];
  readonly project?: Scalars['String']['input'];
  readonly tags?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly trainingSet?: InputMaybe<Scalars['ID']['input']>;
};

export type RegisterModelVersionPayload = {
  readonly modelVersion: Maybe<ModelVersion>;
  readonly userErrors: ReadonlyArray<UserError>;
};

export type RunState =
  | 'CANCELLED'
  | 'FAILED'
  | 'QUEUED'
  | 'RUNNING'
  | 'SUCCEEDED';

export type TrainingSet = {
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
  Feature: Feature;
  FeatureService: FeatureService;
  Model: Model;
  ModelVersion: ModelVersion;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Feature:
    ( { __typename: 'Feature' }
    & GraphQLRecursivePick<FederationTypes['Feature'], {"id":true}> );
  FeatureService:
    ( { __typename: 'FeatureService' }
    & GraphQLRecursivePick<FederationTypes['FeatureService'], {"id":true}> );
  Model:
    ( { __typename: 'Model' }
    & GraphQLRecursivePick<FederationTypes['Model'], {"id":true}> );
  ModelVersion:
    ( { __typename: 'ModelVersion' }
    & GraphQLRecursivePick<FederationTypes['ModelVersion'], {"id":true}> );
};


/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node:
    | ( ModelSource )
    | ( ModelVersionSource )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Partial<Scalars['DateTime']['output']>>;
  EntityRow: ResolverTypeWrapper<Partial<Scalars['EntityRow']['output']>>;
  Feature: ResolverTypeWrapper<Partial<Omit<Feature, 'modelVersions'> & { modelVersions?: Maybe<ResolversTypes['ModelVersionConnection']> }>>;
  ID: ResolverTypeWrapper<Partial<Scalars['ID']['output']>>;
  String: ResolverTypeWrapper<Partial<Scalars['String']['output']>>;
  Int: ResolverTypeWrapper<Partial<Scalars['Int']['output']>>;
  FeatureRef: ResolverTypeWrapper<Partial<Scalars['FeatureRef']['output']>>;
  FeatureService: ResolverTypeWrapper<Partial<Omit<FeatureService, 'modelVersions'> & { modelVersions?: Maybe<ResolversTypes['ModelVersionConnection']> }>>;
  FeatureValue: ResolverTypeWrapper<Partial<Scalars['FeatureValue']['output']>>;
  Int64: ResolverTypeWrapper<Partial<Scalars['Int64']['output']>>;
  JSON: ResolverTypeWrapper<Partial<Scalars['JSON']['output']>>;
  Model: ResolverTypeWrapper<ModelSource>;
  ModelConnection: ResolverTypeWrapper<Partial<Omit<ModelConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['ModelEdge']> }>>;
  ModelEdge: ResolverTypeWrapper<Partial<Omit<ModelEdge, 'node'> & { node: ResolversTypes['Model'] }>>;
  ModelVersion: ResolverTypeWrapper<ModelVersionSource>;
  ModelVersionConnection: ResolverTypeWrapper<Partial<Omit<ModelVersionConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['ModelVersionEdge']> }>>;
  ModelVersionEdge: ResolverTypeWrapper<Partial<Omit<ModelVersionEdge, 'node'> & { node: ResolversTypes['ModelVersion'] }>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  PageInfo: ResolverTypeWrapper<Partial<PageInfo>>;
  Boolean: ResolverTypeWrapper<Partial<Scalars['Boolean']['output']>>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RegisterModelVersionInput: ResolverTypeWrapper<Partial<RegisterModelVersionInput>>;
  RegisterModelVersionPayload: ResolverTypeWrapper<Partial<Omit<RegisterModelVersionPayload, 'modelVersion' | 'userErrors'> & { modelVersion?: Maybe<ResolversTypes['ModelVersion']>, userErrors: ReadonlyArray<ResolversTypes['UserError']> }>>;
  RunState: ResolverTypeWrapper<Partial<RunState>>;
  TrainingSet: ResolverTypeWrapper<Partial<TrainingSet>>;
  UserError: ResolverTypeWrapper<UserErrorSource>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Partial<Scalars['DateTime']['output']>;
  EntityRow: Partial<Scalars['EntityRow']['output']>;
  Feature: Partial<Omit<Feature, 'modelVersions'> & { modelVersions?: Maybe<ResolversParentTypes['ModelVersionConnection']> } | FederationReferenceTypes['Feature']>;
  ID: Partial<Scalars['ID']['output']>;
  String: Partial<Scalars['String']['output']>;
  Int: Partial<Scalars['Int']['output']>;
  FeatureRef: Partial<Scalars['FeatureRef']['output']>;
  FeatureService: Partial<Omit<FeatureService, 'modelVersions'> & { modelVersions?: Maybe<ResolversParentTypes['ModelVersionConnection']> } | FederationReferenceTypes['FeatureService']>;
  FeatureValue: Partial<Scalars['FeatureValue']['output']>;
  Int64: Partial<Scalars['Int64']['output']>;
  JSON: Partial<Scalars['JSON']['output']>;
  Model: ModelSource;
  ModelConnection: Partial<Omit<ModelConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['ModelEdge']> }>;
  ModelEdge: Partial<Omit<ModelEdge, 'node'> & { node: ResolversParentTypes['Model'] }>;
  ModelVersion: ModelVersionSource;
  ModelVersionConnection: Partial<Omit<ModelVersionConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['ModelVersionEdge']> }>;
  ModelVersionEdge: Partial<Omit<ModelVersionEdge, 'node'> & { node: ResolversParentTypes['ModelVersion'] }>;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  PageInfo: Partial<PageInfo>;
  Boolean: Partial<Scalars['Boolean']['output']>;
  Query: Record<PropertyKey, never>;
  RegisterModelVersionInput: Partial<RegisterModelVersionInput>;
  RegisterModelVersionPayload: Partial<Omit<RegisterModelVersionPayload, 'modelVersion' | 'userErrors'> & { modelVersion?: Maybe<ResolversParentTypes['ModelVersion']>, userErrors: ReadonlyArray<ResolversParentTypes['UserError']> }>;
  TrainingSet: Partial<TrainingSet>;
  UserError: UserErrorSource;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface EntityRowScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['EntityRow'], any> {
  name: 'EntityRow';
}

export type FeatureResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Feature'] = ResolversParentTypes['Feature'], FederationReferenceType extends FederationReferenceTypes['Feature'] = FederationReferenceTypes['Feature']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Feature']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  modelVersions?: Resolver<Maybe<ResolversTypes['ModelVersionConnection']>, ParentType, ContextType, RequireFields<FeatureModelVersionsArgs, 'first'>>;
};

export interface FeatureRefScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['FeatureRef'], any> {
  name: 'FeatureRef';
}

export type FeatureServiceResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['FeatureService'] = ResolversParentTypes['FeatureService'], FederationReferenceType extends FederationReferenceTypes['FeatureService'] = FederationReferenceTypes['FeatureService']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['FeatureService']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  modelVersions?: Resolver<Maybe<ResolversTypes['ModelVersionConnection']>, ParentType, ContextType, RequireFields<FeatureServiceModelVersionsArgs, 'first'>>;
};

export interface FeatureValueScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['FeatureValue'], any> {
  name: 'FeatureValue';
}

export interface Int64ScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Int64'], any> {
  name: 'Int64';
}

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type ModelResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Model'] = ResolversParentTypes['Model'], FederationReferenceType extends FederationReferenceTypes['Model'] = FederationReferenceTypes['Model']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Model']> | FederationReferenceType, FederationReferenceType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  project?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  tags?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  versions?: Resolver<ResolversTypes['ModelVersionConnection'], ParentType, ContextType, RequireFields<ModelVersionsArgs, 'first'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ModelConnectionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['ModelConnection'] = ResolversParentTypes['ModelConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ModelEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ModelEdgeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['ModelEdge'] = ResolversParentTypes['ModelEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Model'], ParentType, ContextType>;
};

export type ModelVersionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['ModelVersion'] = ResolversParentTypes['ModelVersion'], FederationReferenceType extends FederationReferenceTypes['ModelVersion'] = FederationReferenceTypes['ModelVersion']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['ModelVersion']> | FederationReferenceType, FederationReferenceType, ContextType>;
  aliases?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  artifactUri?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  createdBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  featureService?: Resolver<Maybe<ResolversTypes['FeatureService']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  model?: Resolver<ResolversTypes['Model'], ParentType, ContextType>;
  trainingSet?: Resolver<Maybe<ResolversTypes['TrainingSet']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ModelVersionConnectionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['ModelVersionConnection'] = ResolversParentTypes['ModelVersionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ModelVersionEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type ModelVersionEdgeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['ModelVersionEdge'] = ResolversParentTypes['ModelVersionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ModelVersion'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  registerModelVersion?: Resolver<Maybe<ResolversTypes['RegisterModelVersionPayload']>, ParentType, ContextType, RequireFields<MutationRegisterModelVersionArgs, 'input'>>;
};

export type NodeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Model' | 'ModelVersion', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  model?: Resolver<Maybe<ResolversTypes['Model']>, ParentType, ContextType, RequireFields<QueryModelArgs, 'name' | 'project'>>;
  modelVersion?: Resolver<Maybe<ResolversTypes['ModelVersion']>, ParentType, ContextType, RequireFields<QueryModelVersionArgs, 'name' | 'project'>>;
  models?: Resolver<Maybe<ResolversTypes['ModelConnection']>, ParentType, ContextType, RequireFields<QueryModelsArgs, 'first' | 'project'>>;
};

export type RegisterModelVersionPayloadResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['RegisterModelVersionPayload'] = ResolversParentTypes['RegisterModelVersionPayload']> = {
  modelVersion?: Resolver<Maybe<ResolversTypes['ModelVersion']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type TrainingSetResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['TrainingSet'] = ResolversParentTypes['TrainingSet']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
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
  DateTime?: GraphQLScalarType;
  EntityRow?: GraphQLScalarType;
  Feature?: FeatureResolvers<ContextType>;
  FeatureRef?: GraphQLScalarType;
  FeatureService?: FeatureServiceResolvers<ContextType>;
  FeatureValue?: GraphQLScalarType;
  Int64?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Model?: ModelResolvers<ContextType>;
  ModelConnection?: ModelConnectionResolvers<ContextType>;
  ModelEdge?: ModelEdgeResolvers<ContextType>;
  ModelVersion?: ModelVersionResolvers<ContextType>;
  ModelVersionConnection?: ModelVersionConnectionResolvers<ContextType>;
  ModelVersionEdge?: ModelVersionEdgeResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RegisterModelVersionPayload?: RegisterModelVersionPayloadResolvers<ContextType>;
  TrainingSet?: TrainingSetResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
};

