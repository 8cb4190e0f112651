import { createHash } from "node:crypto";
import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import type { Column } from "../values/type.ts";
import type { Value } from "../values/value.ts";
import { ByteWriter } from "./byte-writer.ts";
import { writeValue } from "./write-value.ts";

/** Longer keys end in a SHA-256 of their values. */
export const maxKeyBytes = 512;

const namespace = "fg";
const projectPrefixBytes = namespace.length + 4;
const viewPrefixBytes = projectPrefixBytes + 4;
const form = { plain: 0, hashed: 1 } as const;

/** What all keys of a project begin with. */
export function projectPrefix(projectId: number): Uint8Array {
	const prefix = Buffer.allocUnsafe(projectPrefixBytes);
	prefix.write(namespace, "latin1");
	prefix.writeUInt32BE(projectId, namespace.length);
	return prefix;
}

/** What all keys of a view version begin with. */
export function viewPrefix(projectId: number, viewVersionId: number): Uint8Array {
	const prefix = Buffer.allocUnsafe(viewPrefixBytes);
	prefix.set(projectPrefix(projectId));
	prefix.writeUInt32BE(viewVersionId, projectPrefixBytes);
	return prefix;
}

/** The view version that a key is of. */
export const viewVersionOf = (key: Uint8Array): number =>
	(((key[projectPrefixBytes] as number) << 24) |
		((key[projectPrefixBytes + 1] as number) << 16) |
		((key[projectPrefixBytes + 2] as number) << 8) |
		(key[projectPrefixBytes + 3] as number)) >>>
	0;

/**
 * A function that makes the keys of one view version from the values of its join keys, in order. Different entities
 * never have the same key: every value says itself where it ends. 0 and -0 are one. A null is MISSING_JOIN_KEY.
 */
export function compileKeyEncoder(
	projectId: number,
	viewVersionId: number,
	joinKeys: readonly Column[],
): (values: readonly Value[]) => Uint8Array {
	return compileKeys(projectId, viewVersionId, joinKeys, (writer) => writer.finish());
}

/** As `compileKeyEncoder`, but a key is valid until the next one is made. */
export function compileKeyWriter(
	projectId: number,
	viewVersionId: number,
	joinKeys: readonly Column[],
): (values: readonly Value[]) => Uint8Array {
	return compileKeys(projectId, viewVersionId, joinKeys, (writer) => writer.view());
}

function compileKeys(
	projectId: number,
	viewVersionId: number,
	joinKeys: readonly Column[],
	take: (writer: ByteWriter) => Uint8Array,
): (values: readonly Value[]) => Uint8Array {
	const prefix = viewPrefix(projectId, viewVersionId);
	const writer = new ByteWriter();
	for (const byte of prefix) writer.uint8(byte);
	writer.uint8(form.plain);
	const start = writer.length;

	return (values) => {
		writer.length = start;
		for (let i = 0; i < joinKeys.length; i++) {
			const { name, type } = joinKeys[i] as Column;
			const value = values[i] ?? null;
			if (value === null) throw new FeaturegraphError("MISSING_JOIN_KEY", `The join key "${name}" is null.`, { name });
			writeValue(writer, value, type, null);
		}
		return writer.length <= maxKeyBytes ? take(writer) : hashed(prefix, writer.view().subarray(start));
	};
}

/** The key of one entity in one view version. */
export function onlineKey(
	projectId: number,
	viewVersionId: number,
	joinKeys: readonly Column[],
	values: readonly Value[],
): Uint8Array {
	return compileKeyEncoder(projectId, viewVersionId, joinKeys)(values);
}

const hashed = (prefix: Uint8Array, values: Uint8Array): Uint8Array =>
	Buffer.concat([prefix, Buffer.of(form.hashed), createHash("sha256").update(values).digest()]);
