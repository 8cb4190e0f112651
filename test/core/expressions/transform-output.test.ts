import { describe, expect, it } from "vitest";
import { EvaluationFailure } from "../../../core/expressions/expression-error.ts";
import { transformOutput } from "../../../core/expressions/transform-output.ts";
import { typeNamed } from "../../support/registry-snapshot.ts";

function taken(type: string, made: unknown): unknown {
	try {
		return transformOutput(typeNamed(type))(made);
	} catch (error) {
		if (error instanceof EvaluationFailure) return "failed";
		throw error;
	}
}

describe("times that a function made", () => {
	it("takes those of the years that can be written", () => {
		expect(taken("timestamp", new Date("2024-05-01T08:00:00.001Z"))).toBe(1_714_550_400_001_000n);
		expect(taken("timestamp", 253_402_300_799_999_999n)).toBe(253_402_300_799_999_999n);
		expect(taken("timestamp", -62_135_596_800_000_000n)).toBe(-62_135_596_800_000_000n);
		expect(taken("date", 2_932_896)).toBe(2_932_896);
		expect(taken("date", -719_162)).toBe(-719_162);
	});

	it("fails for others, which no DateTime can say", () => {
		expect(taken("timestamp", 253_402_300_800_000_000n)).toBe("failed");
		expect(taken("timestamp", -62_135_596_800_000_001n)).toBe("failed");
		expect(taken("timestamp", new Date(8.64e15))).toBe("failed");
		expect(taken("timestamp", new Date(Number.NaN))).toBe("failed");
		expect(taken("array<timestamp>", [0n, 2n ** 63n - 1n])).toBe("failed");
		expect(taken("date", 2_932_897)).toBe("failed");
		expect(taken("date", -719_163)).toBe("failed");
	});
});
