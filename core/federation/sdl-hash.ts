import { createHash } from "node:crypto";

/**
 * Names a subgraph's schema between processes: the gateway sends it with each request (`featuregraph-graph`), and the
 * subgraph answers by that schema, or GRAPH_OUT_OF_DATE. Its answers carry that of its latest one in the same header.
 */
export const sdlHash = (sdl: string): string => createHash("sha256").update(sdl).digest("hex");
