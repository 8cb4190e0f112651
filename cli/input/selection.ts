import { RequestFailed } from "../client/request-failed.ts";

/** The `FeatureSelection` of the contract, from feature references or a service name. */
export type Selection = { readonly features: readonly string[] } | { readonly featureService: string };

export function selectionOf(features: readonly string[], service: string | undefined): Selection {
	if (service !== undefined && features.length === 0) return { featureService: service };
	if (service === undefined && features.length > 0) return { features };
	throw new RequestFailed([
		{
			code: "BAD_USER_INPUT",
			message: "Name features (`view:feature …`) or a service (--service NAME), one of the two.",
			hint: "`featuregraph list views` and `featuregraph list services` show what there is.",
		},
	]);
}
