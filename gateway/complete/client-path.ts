import type { Keys } from "../execute/field-failure.ts";
import type { FieldProjection, ObjectProjection, ValueProjection } from "./projection.ts";

/**
 * Where an error came up, as the client knows it: `place` is a path of the response, from where `tail` goes on in the
 * plan's terms. It ends where the client asked for no more.
 */
export function clientPath(root: ObjectProjection, place: Keys, tail: Keys): Keys {
	let found: readonly ValueProjection[] = [{ kind: "object", object: root, nonNull: false, coordinate: "" }];
	const descend = (key: string | number, isField: (field: FieldProjection) => boolean): FieldProjection | null => {
		if (typeof key === "number") {
			found = found.flatMap((value) => (value.kind === "list" ? [value.item] : []));
			return null;
		}
		const fields = found.flatMap(objectsOf).flatMap((object) => object.fields.filter(isField));
		found = fields.map(({ value }) => value);
		return fields[0] ?? null;
	};
	for (const key of place) descend(key, (field) => field.key === key);
	const path = [...place];
	for (const key of tail) {
		const field = descend(key, ({ source }) => source === key);
		if (found.length === 0) break;
		path.push(field?.key ?? key);
	}
	return path;
}

function objectsOf(value: ValueProjection): readonly ObjectProjection[] {
	if (value.kind === "object") return [value.object];
	return value.kind === "abstract" ? value.abstract.all() : [];
}
