import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Known } from "../../core/ports/offline-engine.ts";
import type { RequestBinding, Selection } from "../../core/reads/model.ts";
import type { SplitInput } from "../../core/training/splits.ts";
import type {
	CreateUploadInput,
	FeatureSelection,
	Known as KnownInput,
	LabelSource,
	PushInto,
	SplitsInput,
	ViewBinding,
} from "../../schema/generated/serving.ts";
import type { LabelSourceInput } from "../../services/training/labels/resolve-labels.ts";
import type { UploadedLabels } from "../../services/training/uploads/uploads.ts";

/** The `@oneOf` inputs of the contract as the use cases take them. Exactly one field is held here, whatever executes. */

export function selectionOf({ features, featureService }: FeatureSelection): Selection {
	if (isGiven(features) && !isGiven(featureService)) return { features };
	if (isGiven(featureService) && !isGiven(features)) return { featureService };
	throw notOne("select", "`features` or `featureService`");
}

export function bindingsOf(bindings: readonly ViewBinding[] | null | undefined): readonly RequestBinding[] {
	return bindings ?? [];
}

export function knownOf(known: KnownInput | null | undefined): Known {
	if (!isGiven(known)) return { kind: "event" };
	const { at, atLabelTime } = known;
	if (isGiven(at) && !isGiven(atLabelTime)) return { kind: "at", at };
	if (atLabelTime === true && !isGiven(at)) return { kind: "atLabelTime" };
	throw notOne("known", "`at`, or `atLabelTime: true`");
}

export function labelSourceOf({ source, sql, upload, rows, everyEntity }: LabelSource): LabelSourceInput {
	const given = [source, sql, upload, rows, everyEntity].filter(isGiven).length;
	if (given === 1) {
		if (isGiven(source)) return { kind: "source", source };
		if (isGiven(sql)) return { kind: "sql", source: sql.source, query: sql.query };
		if (isGiven(upload)) return { kind: "upload", upload };
		if (isGiven(rows)) return { kind: "rows", rows };
		if (isGiven(everyEntity)) return { kind: "everyEntity", view: everyEntity.view, at: everyEntity.at };
	}
	throw notOne("labels", "`source`, `sql`, `upload`, `rows` or `everyEntity`");
}

export function pushIntoOf({ source, view }: PushInto): { source: string } | { view: string } {
	if (isGiven(source) && !isGiven(view)) return { source };
	if (isGiven(view) && !isGiven(source)) return { view };
	throw notOne("into", "`source` or `view`");
}

/** What a file of label rows is checked for; null: nothing was said. */
export function uploadedLabelsOf(input: CreateUploadInput): UploadedLabels | null {
	const { timestampColumn, select, bindings, fullFeatureNames } = input;
	if (!isGiven(select) && !isGiven(timestampColumn)) return null;
	return {
		timestampColumn: timestampColumn ?? "event_timestamp",
		select: isGiven(select) ? selectionOf(select) : null,
		bindings: bindingsOf(bindings),
		fullFeatureNames: fullFeatureNames ?? false,
	};
}

export function splitsOf(splits: SplitsInput | null | undefined): SplitInput | null {
	if (!isGiven(splits)) return null;
	const { byTime, byEntity } = splits;
	if (isGiven(byTime) && !isGiven(byEntity)) {
		return { kind: "time", parts: byTime.parts, cuts: byTime.cuts, gapSeconds: byTime.gapSeconds ?? 0 };
	}
	if (isGiven(byEntity) && !isGiven(byTime)) {
		const { parts, columns, salt } = byEntity;
		return { kind: "entity", parts, columns: columns ?? null, salt: salt ?? "" };
	}
	throw notOne("splits", "`byTime` or `byEntity`");
}

const isGiven = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;

const notOne = (path: string, fields: string): FeaturegraphError =>
	new FeaturegraphError("BAD_USER_INPUT", `\`${path}\` takes exactly one of its fields.`, {
		path: [path],
		hint: `Give ${fields}.`,
	});
