import { expect, it } from "vitest";
import { createPlaces } from "../../../gateway/admit/concurrency.ts";
import { ReservedStreams } from "../../../gateway/http/reserved-streams.ts";

it("a token of the same name and other rights does not act with those of a stream", () => {
	const streams = new ReservedStreams({
		places: createPlaces("event streams", { perPrincipal: 1, total: 1 }),
		openMillis: 60_000,
		operationsPerStream: 1,
	});
	const writer = { id: "token:ci", permissions: new Set(["READ", "WRITE_VALUES"] as const), projects: null };
	const token = streams.reserve(writer);
	expect(streams.find(token, { ...writer, permissions: new Set(["READ"] as const) })).toBeNull();
	expect(streams.find(token, { ...writer, projects: new Set(["one"]) })).toBeNull();
	expect(streams.find(token, { ...writer })).not.toBeNull();
	streams.endAll();
});
