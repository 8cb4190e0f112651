import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { nearestNames } from "../../../core/errors/nearest.ts";
import type { Json } from "../../../core/ports/run-store.ts";
import type { UploadStore } from "../../../core/ports/upload-store.ts";
import { parseVersionedName } from "../../../core/reads/feature-reference.ts";
import { findView } from "../../../core/reads/find-version.ts";
import type { ResolvedSelection } from "../../../core/reads/model.ts";
import { currentNames } from "../../../core/registry/current-names.ts";
import type { RegistrySnapshot, SourceVersion } from "../../../core/registry/snapshot.ts";
import { decodeInlineLabels } from "../../../core/training/inline-labels.ts";
import { encodeFeatureValue } from "../../../core/values/feature-value-out.ts";
import { scalar } from "../../../core/values/type.ts";
import type { Micros } from "../../../core/values/value.ts";
import type { FrozenLabels } from "../training-request.ts";
import { receivedUpload } from "../uploads/uploads.ts";

/** Exactly one, as in the contract. */
export type LabelSourceInput =
	| { readonly kind: "source"; readonly source: string }
	| { readonly kind: "sql"; readonly source: string; readonly query: string }
	| { readonly kind: "upload"; readonly upload: string }
	| { readonly kind: "rows"; readonly rows: readonly unknown[] }
	| { readonly kind: "everyEntity"; readonly view: string; readonly at: readonly Micros[] };

const mostInstants = 1000;

/** Checks what can be checked before any row is read, and pins the versions that are meant. */
export async function resolveLabels(
	deps: { readonly uploads: UploadStore; readonly mostInlineRows: number },
	selection: ResolvedSelection,
	timestampColumn: string,
	input: LabelSourceInput,
): Promise<FrozenLabels> {
	const { snapshot } = selection;
	switch (input.kind) {
		case "source":
			return { kind: "source", sourceVersionId: currentSource(snapshot, input.source).id };
		case "sql":
			return { kind: "sql", sourceVersionId: currentSource(snapshot, input.source).id, query: input.query };
		case "upload": {
			const { id, format } = await receivedUpload(deps, snapshot.projectId, input.upload);
			return { kind: "upload", uploadId: id, format };
		}
		case "rows":
			return inlineRows(deps.mostInlineRows, selection, timestampColumn, input.rows);
		case "everyEntity":
			return everyEntity(snapshot, input.view, input.at);
	}
}

/** The columns that each label row must have. */
export const requiredColumns = ({ joinKeys, request }: ResolvedSelection, timestampColumn: string) => [
	...joinKeys,
	...request,
	{ name: timestampColumn, type: scalar("TIMESTAMP") },
];

function inlineRows(
	most: number,
	selection: ResolvedSelection,
	timestampColumn: string,
	rows: readonly unknown[],
): FrozenLabels {
	if (rows.length > most) {
		throw new FeaturegraphError("LIMIT_EXCEEDED", `${rows.length} inline label rows; at most ${most} are taken.`, {
			path: ["labels", "rows"],
			hint: "Send them as a file with `createUpload`, or read them from a registered source.",
		});
	}
	const { columns, batch, rowErrors } = decodeInlineLabels(rows, requiredColumns(selection, timestampColumn));
	const [first] = rowErrors;
	if (first !== undefined) {
		throw new FeaturegraphError("LABELS_INVALID", `Label row ${first.index}: ${first.message}`, {
			...first,
			path: ["labels", "rows"],
		});
	}
	const values = columns.map(({ type }, index) =>
		(batch.columns[index] ?? []).map((value) => encodeFeatureValue(value, type) as Json),
	);
	return { kind: "rows", columns, values };
}

function everyEntity(snapshot: RegistrySnapshot, name: string, at: readonly Micros[]): FrozenLabels {
	const view = findView(snapshot, parseVersionedName(name), "current");
	if (view.kind !== "BATCH") {
		throw new FeaturegraphError(
			"BAD_USER_INPUT",
			`The view "${name}" is computed on demand: it has no entities of its own.`,
			{
				path: ["labels", "everyEntity", "view"],
				name,
				hint: "Name one of its input views.",
			},
		);
	}
	if (at.length === 0 || at.length > mostInstants) {
		throw new FeaturegraphError("BAD_USER_INPUT", `\`at\` has ${at.length} instants; give 1 to ${mostInstants}.`, {
			path: ["labels", "everyEntity", "at"],
		});
	}
	return { kind: "everyEntity", viewVersionId: view.id, at: at.map(String) };
}

function currentSource(snapshot: RegistrySnapshot, name: string): SourceVersion {
	const current = snapshot.sources.get(name)?.current;
	if (current !== undefined && current !== null) return current;
	throw new FeaturegraphError(
		"UNKNOWN_SOURCE",
		`There is no data source "${name}" in the project "${snapshot.project}".`,
		{
			path: ["labels", "source"],
			name,
			nearest: nearestNames(name, currentNames(snapshot.sources)),
			hint: "Register the labels as a source, upload them, or give them inline.",
		},
	);
}
