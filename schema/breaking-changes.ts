import { buildSchema, findBreakingChanges } from "graphql";
import { readSupergraph } from "./read-supergraph.ts";

/** What clients of one supergraph could no longer ask of another one. */
export function breakingChanges(before: string, after: string): readonly string[] {
	const [was, is] = [before, after].map((sdl) => buildSchema(readSupergraph(sdl).publicSdl));
	if (was === undefined || is === undefined) return [];
	return findBreakingChanges(was, is).map(({ description }) => description);
}
