import { describe } from "vitest";
import { duckdbUnderTest } from "./duckdb-under-test.ts";
import { pointInTimeSuite } from "./point-in-time-suite.ts";

describe("DuckDB, point in time", () => pointInTimeSuite(duckdbUnderTest));
