/** What a generated registry says, and the types that follow from it. */

/** The shape of the type that `featuregraph codegen` writes. */
export interface RegistryTypes {
	readonly views: Readonly<Record<string, ViewTypes>>;
	/** The feature references that each service reads. */
	readonly services: Readonly<Record<string, string>>;
}

export interface ViewTypes {
	/** Join keys, and whatever else a row of this view must name. */
	readonly keys: object;
	readonly features: object;
}

/** A registry that nobody generated: any name is taken, values are unknown. */
export interface AnyRegistry extends RegistryTypes {
	readonly views: Readonly<
		Record<string, { readonly keys: object; readonly features: Readonly<Record<string, unknown>> }>
	>;
}

/** Views under another name, read through other columns: `{ origin: { view: "airport_delays", joinKeys: { airport: "origin" } } }`. */
export type Bindings<R extends RegistryTypes> = Readonly<
	Record<string, { readonly view: keyof R["views"] & string; readonly joinKeys: Readonly<Record<string, string>> }>
>;

/** The views of a request: the registry's, and those bound under an alias. */
export type ViewsOf<R extends RegistryTypes, B extends Bindings<R> | null> =
	B extends Bindings<R>
		? Omit<R["views"], keyof B> & {
				readonly [A in keyof B]: {
					readonly keys: RenamedKeys<R["views"][B[A]["view"]]["keys"], B[A]["joinKeys"]>;
					readonly features: R["views"][B[A]["view"]]["features"];
				};
			}
		: R["views"];

type RenamedKeys<Keys, Columns> = {
	readonly [K in keyof Keys as K extends keyof Columns ? Columns[K] & string : K]: Keys[K];
};

/** `view:feature`, of every feature there is. */
export type FeatureReference<Views> = {
	[V in keyof Views & string]: Views[V] extends ViewTypes ? `${V}:${keyof Views[V]["features"] & string}` : never;
}[keyof Views & string];

type FeatureValue<Views, Reference> = Reference extends `${infer V}:${infer F}`
	? V extends keyof Views
		? Views[V] extends { readonly features: infer Features }
			? F extends keyof Features
				? Features[F]
				: never
			: never
		: never
	: never;

type ColumnName<Reference> = Reference extends `${infer V}:${infer F}` ? `${V}__${F}` : string;

type Keys<Views, Reference> = Reference extends `${infer V}:${string}`
	? V extends keyof Views
		? Views[V] extends { readonly keys: infer K }
			? K
			: never
		: never
	: never;

type Intersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void
	? All
	: never;

/** What a row must name to read these features: the join keys of their views; request data goes beside them. */
export type EntityRow<Views, Reference> = Intersection<Keys<Views, Reference>> & Readonly<Record<string, unknown>>;

/** A row of an answer: a column `view__feature` per feature, null where there is no value; keys and request data beside. */
export type FeatureRow<Views, Reference> = {
	readonly [Each in Reference as ColumnName<Each>]: FeatureValue<Views, Each> | null;
} & Readonly<Record<string, unknown>>;
