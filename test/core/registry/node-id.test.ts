import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	decodeFeatureKey,
	decodeNodeId,
	decodeNodeKey,
	decodeOwnerKey,
	encodeFeatureId,
	encodeNodeId,
	encodeOwnerId,
	nodeKinds,
} from "../../../core/registry/node-id.ts";

describe("an id of the graph", () => {
	it("comes back as it went", () => {
		fc.assert(
			fc.property(fc.constantFrom(...nodeKinds), fc.string({ minLength: 1, unit: "grapheme" }), (kind, key) => {
				expect(decodeNodeId(encodeNodeId(kind, key))).toEqual({ kind, key });
			}),
		);
	});

	it("is null for what is none", () => {
		fc.assert(
			fc.property(fc.string(), (text) => {
				const node = decodeNodeId(text);
				expect(node === null || encodeNodeId(node.kind, node.key) === text).toBe(true);
			}),
		);
		expect(decodeNodeKey("Entity", encodeNodeId("Model", 1))).toBeNull();
	});

	it("of a feature names its view version; of an owner all that is known", () => {
		const key = decodeNodeKey("Feature", encodeFeatureId(12, "delay_mean_1h")) ?? "";
		expect(decodeFeatureKey(key)).toEqual({ viewVersionId: 12, feature: "delay_mean_1h" });
		expect(decodeFeatureKey("x:y")).toBeNull();
		for (const owner of [{ name: "Ops: Müller" }, { name: "Ops", contact: "ops@example.org" }]) {
			expect(decodeOwnerKey(decodeNodeKey("Owner", encodeOwnerId(owner)) ?? "")).toEqual(owner);
		}
		expect(decodeOwnerKey("{")).toBeNull();
	});
});
