import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Alert as AlertSource } from '../../core/ports/alert-store.ts';
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

export type Alert = Node & {
  readonly acknowledgedBy: Maybe<Scalars['String']['output']>;
  readonly id: Scalars['ID']['output'];
  readonly kind: AlertKind;
  readonly message: Scalars['String']['output'];
  readonly project: Scalars['String']['output'];
  readonly severity: Scalars['String']['output'];
  readonly startedAt: Scalars['DateTime']['output'];
  readonly state: AlertState;
  readonly subject: Maybe<AlertSubject>;
  readonly threshold: Maybe<Scalars['Float']['output']>;
  readonly updatedAt: Scalars['DateTime']['output'];
  readonly value: Maybe<Scalars['Float']['output']>;
};

export type AlertConnection = {
  readonly edges: ReadonlyArray<AlertEdge>;
  readonly pageInfo: PageInfo;
};

export type AlertEdge = {
  readonly cursor: Scalars['String']['output'];
  readonly node: Alert;
};

export type AlertEvent = {
  readonly alert: Alert;
  readonly at: Scalars['DateTime']['output'];
  readonly cursor: Scalars['String']['output'];
  readonly from: Maybe<AlertState>;
  readonly to: AlertState;
};

export type AlertKind =
  | 'DRIFT'
  | 'FRESHNESS'
  | 'NULL_RATIO'
  | 'QUALITY'
  | 'SKEW';

export type AlertPayload = {
  readonly alert: Maybe<Alert>;
  readonly userErrors: ReadonlyArray<UserError>;
};

export type AlertState =
  | 'ACKNOWLEDGED'
  | 'FIRING'
  | 'PENDING'
  | 'RESOLVED';

export type AlertSubject = Feature | FeatureView;

export type Feature = {
  readonly alerts: Maybe<AlertConnection>;
  readonly id: Scalars['ID']['output'];
};


export type FeatureAlertsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  states?: InputMaybe<ReadonlyArray<AlertState>>;
};

export type FeatureView = {
  readonly alerts: Maybe<AlertConnection>;
  readonly freshness: Maybe<Freshness>;
  readonly id: Scalars['ID']['output'];
};


export type FeatureViewAlertsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  states?: InputMaybe<ReadonlyArray<AlertState>>;
};

export type Freshness = {
  readonly checkedAt: Scalars['DateTime']['output'];
  readonly eventLagSeconds: Maybe<Scalars['Float']['output']>;
  readonly latestEventTime: Maybe<Scalars['DateTime']['output']>;
  readonly processingLagSeconds: Maybe<Scalars['Float']['output']>;
  readonly slaSeconds: Maybe<Scalars['Int']['output']>;
  readonly status: Scalars['String']['output'];
};

export type Mutation = {
  readonly acknowledgeAlert: Maybe<AlertPayload>;
};


export type MutationAcknowledgeAlertArgs = {
  id: Scalars['ID']['input'];
  note?: InputMaybe<Scalars['String']['input']>;
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
  readonly alert: Maybe<Alert>;
  readonly alerts: Maybe<AlertConnection>;
};


export type QueryAlertArgs = {
  id: Scalars['ID']['input'];
};


export type QueryAlertsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: Scalars['Int']['input'];
  kinds?: InputMaybe<ReadonlyArray<AlertKind>>;
  project?: Scalars['String']['input'];
  states?: InputMaybe<ReadonlyArray<AlertState>>;
};

export type RunState =
  | 'CANCELLED'
  | 'FAILED'
  | 'QUEUED'
  | 'RUNNING'
  | 'SUCCEEDED';

export type Subscription = {
  /** Transitions as they are stored. `after` replays from a cursor first, so a reconnect misses none; a cursor past retention is ALERT_CURSOR_EXPIRED, one that is none ALERT_CURSOR_INVALID. All transitions are sent, PENDING and acknowledgements too; `alert` is as it was at the transition. */
  readonly alertEvents: Maybe<AlertEvent>;
};


export type SubscriptionAlertEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  kinds?: InputMaybe<ReadonlyArray<AlertKind>>;
  project?: Scalars['String']['input'];
  states?: InputMaybe<ReadonlyArray<AlertState>>;
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
  Alert: Alert;
  Feature: Feature;
  FeatureView: FeatureView;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Alert:
    ( { __typename: 'Alert' }
    & GraphQLRecursivePick<FederationTypes['Alert'], {"id":true}> );
  Feature:
    ( { __typename: 'Feature' }
    & GraphQLRecursivePick<FederationTypes['Feature'], {"id":true}> );
  FeatureView:
    ( { __typename: 'FeatureView' }
    & GraphQLRecursivePick<FederationTypes['FeatureView'], {"id":true}> );
};

/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  AlertSubject:
    | ( Partial<Omit<Feature, 'alerts'> & { alerts?: Maybe<_RefType['AlertConnection']> }> )
    | ( Partial<Omit<FeatureView, 'alerts'> & { alerts?: Maybe<_RefType['AlertConnection']> }> )
  ;
};

/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node: ( AlertSource );
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Alert: ResolverTypeWrapper<AlertSource>;
  String: ResolverTypeWrapper<Partial<Scalars['String']['output']>>;
  ID: ResolverTypeWrapper<Partial<Scalars['ID']['output']>>;
  Float: ResolverTypeWrapper<Partial<Scalars['Float']['output']>>;
  AlertConnection: ResolverTypeWrapper<Partial<Omit<AlertConnection, 'edges'> & { edges: ReadonlyArray<ResolversTypes['AlertEdge']> }>>;
  AlertEdge: ResolverTypeWrapper<Partial<Omit<AlertEdge, 'node'> & { node: ResolversTypes['Alert'] }>>;
  AlertEvent: ResolverTypeWrapper<Partial<Omit<AlertEvent, 'alert'> & { alert: ResolversTypes['Alert'] }>>;
  AlertKind: ResolverTypeWrapper<Partial<AlertKind>>;
  AlertPayload: ResolverTypeWrapper<Partial<Omit<AlertPayload, 'alert' | 'userErrors'> & { alert?: Maybe<ResolversTypes['Alert']>, userErrors: ReadonlyArray<ResolversTypes['UserError']> }>>;
  AlertState: ResolverTypeWrapper<Partial<AlertState>>;
  AlertSubject: Partial<ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['AlertSubject']>>;
  DateTime: ResolverTypeWrapper<Partial<Scalars['DateTime']['output']>>;
  EntityRow: ResolverTypeWrapper<Partial<Scalars['EntityRow']['output']>>;
  Feature: ResolverTypeWrapper<Partial<Omit<Feature, 'alerts'> & { alerts?: Maybe<ResolversTypes['AlertConnection']> }>>;
  Int: ResolverTypeWrapper<Partial<Scalars['Int']['output']>>;
  FeatureRef: ResolverTypeWrapper<Partial<Scalars['FeatureRef']['output']>>;
  FeatureValue: ResolverTypeWrapper<Partial<Scalars['FeatureValue']['output']>>;
  FeatureView: ResolverTypeWrapper<Partial<Omit<FeatureView, 'alerts'> & { alerts?: Maybe<ResolversTypes['AlertConnection']> }>>;
  Freshness: ResolverTypeWrapper<Partial<Freshness>>;
  Int64: ResolverTypeWrapper<Partial<Scalars['Int64']['output']>>;
  JSON: ResolverTypeWrapper<Partial<Scalars['JSON']['output']>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  PageInfo: ResolverTypeWrapper<Partial<PageInfo>>;
  Boolean: ResolverTypeWrapper<Partial<Scalars['Boolean']['output']>>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RunState: ResolverTypeWrapper<Partial<RunState>>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  UserError: ResolverTypeWrapper<UserErrorSource>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Alert: AlertSource;
  String: Partial<Scalars['String']['output']>;
  ID: Partial<Scalars['ID']['output']>;
  Float: Partial<Scalars['Float']['output']>;
  AlertConnection: Partial<Omit<AlertConnection, 'edges'> & { edges: ReadonlyArray<ResolversParentTypes['AlertEdge']> }>;
  AlertEdge: Partial<Omit<AlertEdge, 'node'> & { node: ResolversParentTypes['Alert'] }>;
  AlertEvent: Partial<Omit<AlertEvent, 'alert'> & { alert: ResolversParentTypes['Alert'] }>;
  AlertPayload: Partial<Omit<AlertPayload, 'alert' | 'userErrors'> & { alert?: Maybe<ResolversParentTypes['Alert']>, userErrors: ReadonlyArray<ResolversParentTypes['UserError']> }>;
  AlertSubject: Partial<ResolversUnionTypes<ResolversParentTypes>['AlertSubject']>;
  DateTime: Partial<Scalars['DateTime']['output']>;
  EntityRow: Partial<Scalars['EntityRow']['output']>;
  Feature: Partial<Omit<Feature, 'alerts'> & { alerts?: Maybe<ResolversParentTypes['AlertConnection']> } | FederationReferenceTypes['Feature']>;
  Int: Partial<Scalars['Int']['output']>;
  FeatureRef: Partial<Scalars['FeatureRef']['output']>;
  FeatureValue: Partial<Scalars['FeatureValue']['output']>;
  FeatureView: Partial<Omit<FeatureView, 'alerts'> & { alerts?: Maybe<ResolversParentTypes['AlertConnection']> } | FederationReferenceTypes['FeatureView']>;
  Freshness: Partial<Freshness>;
  Int64: Partial<Scalars['Int64']['output']>;
  JSON: Partial<Scalars['JSON']['output']>;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  PageInfo: Partial<PageInfo>;
  Boolean: Partial<Scalars['Boolean']['output']>;
  Query: Record<PropertyKey, never>;
  Subscription: Record<PropertyKey, never>;
  UserError: UserErrorSource;
};

export type AlertResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Alert'] = ResolversParentTypes['Alert'], FederationReferenceType extends FederationReferenceTypes['Alert'] = FederationReferenceTypes['Alert']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Alert']> | FederationReferenceType, FederationReferenceType, ContextType>;
  acknowledgedBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['AlertKind'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  project?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  severity?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['AlertState'], ParentType, ContextType>;
  subject?: Resolver<Maybe<ResolversTypes['AlertSubject']>, ParentType, ContextType>;
  threshold?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AlertConnectionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['AlertConnection'] = ResolversParentTypes['AlertConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['AlertEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type AlertEdgeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['AlertEdge'] = ResolversParentTypes['AlertEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Alert'], ParentType, ContextType>;
};

export type AlertEventResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['AlertEvent'] = ResolversParentTypes['AlertEvent']> = {
  alert?: Resolver<ResolversTypes['Alert'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  from?: Resolver<Maybe<ResolversTypes['AlertState']>, ParentType, ContextType>;
  to?: Resolver<ResolversTypes['AlertState'], ParentType, ContextType>;
};

export type AlertPayloadResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['AlertPayload'] = ResolversParentTypes['AlertPayload']> = {
  alert?: Resolver<Maybe<ResolversTypes['Alert']>, ParentType, ContextType>;
  userErrors?: Resolver<ReadonlyArray<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type AlertSubjectResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['AlertSubject'] = ResolversParentTypes['AlertSubject']> = {
  __resolveType: TypeResolveFn<'Feature' | 'FeatureView', ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface EntityRowScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['EntityRow'], any> {
  name: 'EntityRow';
}

export type FeatureResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Feature'] = ResolversParentTypes['Feature'], FederationReferenceType extends FederationReferenceTypes['Feature'] = FederationReferenceTypes['Feature']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Feature']> | FederationReferenceType, FederationReferenceType, ContextType>;
  alerts?: Resolver<Maybe<ResolversTypes['AlertConnection']>, ParentType, ContextType, RequireFields<FeatureAlertsArgs, 'first'>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface FeatureRefScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['FeatureRef'], any> {
  name: 'FeatureRef';
}

export interface FeatureValueScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['FeatureValue'], any> {
  name: 'FeatureValue';
}

export type FeatureViewResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['FeatureView'] = ResolversParentTypes['FeatureView'], FederationReferenceType extends FederationReferenceTypes['FeatureView'] = FederationReferenceTypes['FeatureView']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['FeatureView']> | FederationReferenceType, FederationReferenceType, ContextType>;
  alerts?: Resolver<Maybe<ResolversTypes['AlertConnection']>, ParentType, ContextType, RequireFields<FeatureViewAlertsArgs, 'first'>>;
  freshness?: Resolver<Maybe<ResolversTypes['Freshness']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FreshnessResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Freshness'] = ResolversParentTypes['Freshness']> = {
  checkedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  eventLagSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  latestEventTime?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  processingLagSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  slaSeconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export interface Int64ScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Int64'], any> {
  name: 'Int64';
}

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type MutationResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  acknowledgeAlert?: Resolver<Maybe<ResolversTypes['AlertPayload']>, ParentType, ContextType, RequireFields<MutationAcknowledgeAlertArgs, 'id'>>;
};

export type NodeResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Alert', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  alert?: Resolver<Maybe<ResolversTypes['Alert']>, ParentType, ContextType, RequireFields<QueryAlertArgs, 'id'>>;
  alerts?: Resolver<Maybe<ResolversTypes['AlertConnection']>, ParentType, ContextType, RequireFields<QueryAlertsArgs, 'first' | 'project'>>;
};

export type SubscriptionResolvers<ContextType = OperationContext, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  alertEvents?: SubscriptionResolver<Maybe<ResolversTypes['AlertEvent']>, "alertEvents", ParentType, ContextType, RequireFields<SubscriptionAlertEventsArgs, 'project'>>;
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
  AlertConnection?: AlertConnectionResolvers<ContextType>;
  AlertEdge?: AlertEdgeResolvers<ContextType>;
  AlertEvent?: AlertEventResolvers<ContextType>;
  AlertPayload?: AlertPayloadResolvers<ContextType>;
  AlertSubject?: AlertSubjectResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  EntityRow?: GraphQLScalarType;
  Feature?: FeatureResolvers<ContextType>;
  FeatureRef?: GraphQLScalarType;
  FeatureValue?: GraphQLScalarType;
  FeatureView?: FeatureViewResolvers<ContextType>;
  Freshness?: FreshnessResolvers<ContextType>;
  Int64?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
};

