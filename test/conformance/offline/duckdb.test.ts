import { describe } from "vitest";
import { duckdbUnderTest } from "./duckdb-under-test.ts";
import { latestSuite } from "./latest-suite.ts";
import { pointInTimeSuite } from "./point-in-time-suite.ts";
import { relationSuite } from "./relation-suite.ts";

describe("DuckDB over Parquet, point in time", () => pointInTimeSuite(duckdbUnderTest));
describe("DuckDB over Parquet, latest", () => latestSuite(duckdbUnderTest));
describe("DuckDB over Parquet, relations", () => relationSuite(duckdbUnderTest));
