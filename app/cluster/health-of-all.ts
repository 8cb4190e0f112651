import { AggregatorRegistry, type Registry } from "prom-client";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Health } from "../../gateway/http/health-routes.ts";
import type { Crew } from "./crew.ts";

/** Whichever process of a port is asked, it is ready when all are, and its metrics are those of all together. */
export function healthOfAll(crew: Crew): (own: Health & { readonly registry: Registry }) => Health {
	return ({ ready, registry }) => {
		crew.answer("ready", () => ready().then(() => null, reasonOf));
		crew.answer("metrics", () => registry.getMetricsAsJSON());
		return {
			async ready() {
				for (const answer of await crew.ask("ready")) {
					const reason = answer === null ? "A worker process does not answer." : answer.value;
					if (reason !== null) throw new FeaturegraphError("STORE_UNAVAILABLE", reason);
				}
			},
			registry: {
				contentType: registry.contentType,
				async metrics() {
					const answers = await crew.ask("metrics");
					const each = answers.flatMap((answer) => (answer === null ? [] : [answer.value]));
					return AggregatorRegistry.aggregate(each).metrics();
				},
			},
		};
	};
}

const reasonOf = (error: unknown): string =>
	error instanceof FeaturegraphError ? error.message : "A component does not answer.";
