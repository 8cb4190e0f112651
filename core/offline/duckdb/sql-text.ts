/** Pieces of DuckDB SQL that hold names and values given from outside. */

export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
export const bigint = (value: bigint): string => `CAST(${value} AS BIGINT)`;
