/** DuckDB's client takes U+FEFF at the beginning of each text for a byte order mark and drops it: its decoder is replaced. */
import accessors from "@duckdb/node-api/lib/vectors/dataAccessors.js";

Object.assign(accessors, { textDecoder: new TextDecoder("utf-8", { ignoreBOM: true }) });
