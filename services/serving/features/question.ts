import { nearestNames } from "../../../core/errors/nearest.ts";
import type { RequestBinding, Selection } from "../../../core/reads/model.ts";
import type { OnlineQuestion } from "../read/read-latest.ts";
import { bad, type Json, listOf, objectOf, onlyFields } from "../request-fields.ts";

/** What may stand beside the values of features. */
export interface Included {
	/** Join keys and request data, as they were read. */
	readonly keys: boolean;
	readonly statuses: boolean;
	readonly eventTimes: boolean;
}

export interface FeaturesQuestion extends OnlineQuestion {
	readonly include: Included;
}

const included = ["keys", "statuses", "eventTimes"];
const ownFields = ["project", "select", "bindings", "fullFeatureNames", "include"];

/** The request without its rows: the arguments of `onlineFeatures`, and `include`. Throws BAD_USER_INPUT. */
export function readQuestion(json: unknown, others: readonly string[] = []): FeaturesQuestion {
	const { project = "default", select, bindings, fullFeatureNames = false, include } = objectOf(json, "The request");
	onlyFields(json as Json, [...ownFields, ...others], "The request");
	if (typeof project !== "string") throw bad("project", "`project` is no string.");
	if (typeof fullFeatureNames !== "boolean") throw bad("fullFeatureNames", "`fullFeatureNames` is no boolean.");
	const wanted = include === undefined || include === null ? [] : textsOf(include, "include");
	const unknown = wanted.find((name) => !included.includes(name));
	if (unknown !== undefined) {
		throw bad("include", `There is nothing to include that is called "${unknown.slice(0, 200)}".`, {
			nearest: nearestNames(unknown.slice(0, 200), included),
			hint: `It takes ${included.join(", ")}.`,
		});
	}
	return {
		project,
		select: selectionOf(select),
		bindings: bindings === undefined || bindings === null ? [] : listOf(bindings, "bindings").map(bindingOf),
		fullFeatureNames,
		include: {
			keys: wanted.includes("keys"),
			statuses: wanted.includes("statuses"),
			eventTimes: wanted.includes("eventTimes"),
		},
		last: { snapshot: null, planned: null },
	};
}

function selectionOf(json: unknown): Selection {
	const select = objectOf(json, "`select`", "select");
	onlyFields(select, ["features", "featureService"], "`select`");
	const { features = null, featureService = null } = select;
	if (features !== null && featureService === null) return { features: textsOf(features, "select.features") };
	if (typeof featureService === "string" && features === null) return { featureService };
	throw bad("select", "`select` takes exactly one of `features` and `featureService`.");
}

function bindingOf(json: unknown): RequestBinding {
	const binding = objectOf(json, "A binding", "bindings");
	onlyFields(binding, ["alias", "view", "joinKeys"], "A binding");
	const { alias, view, joinKeys } = binding;
	if (typeof alias !== "string" || typeof view !== "string") {
		throw bad("bindings", "A binding has an `alias` and a `view`, both strings.");
	}
	return {
		alias,
		view,
		joinKeys: listOf(joinKeys, "joinKeys").map((entry) => {
			const { joinKey, column } = objectOf(entry, "A bound join key");
			if (typeof joinKey !== "string" || typeof column !== "string") {
				throw bad("bindings", "A bound join key has a `joinKey` and a `column`, both strings.");
			}
			return { joinKey, column };
		}),
	};
}

function textsOf(json: unknown, name: string): readonly string[] {
	const list = listOf(json, name);
	if (list.every((item) => typeof item === "string")) return list;
	throw bad(name, `\`${name}\` is no list of strings.`);
}
