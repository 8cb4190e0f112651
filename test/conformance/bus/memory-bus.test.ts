import { describe } from "vitest";
import { createMemoryBus } from "../../../stores/bus/memory-bus.ts";
import { busSuite } from "./bus-suite.ts";

describe("memory", () => {
	busSuite({ connect: async (logger) => createMemoryBus({ logger }), shared: false, splits: false });
});
