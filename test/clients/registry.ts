// The registry of the project "default", by `featuregraph codegen`. Write it anew after an apply.

export interface Registry {
	readonly views: {
		readonly last_trip: {
			readonly keys: { readonly driver_id: bigint | number | string };
			readonly features: {
				readonly fare: number;
				readonly seats: readonly (bigint | null)[];
				readonly rating: number;
			};
		};
		readonly offer: {
			readonly keys: { readonly driver_id: bigint | number | string };
			readonly features: {
				readonly price: number;
			};
		};
	};
	readonly services: {
		readonly offer_model: "last_trip:rating" | "offer:price";
	};
}
