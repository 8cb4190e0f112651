/** Names the code of a refusal that the caller overrides, as in `featuregraph-force: GRAPH_BREAKS_DOCUMENTS`. */
export const forceHeader = "featuregraph-force";
