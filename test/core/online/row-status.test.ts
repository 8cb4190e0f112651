import { expect, it } from "vitest";
import { rowStatus } from "../../../core/online/row-status.ts";

it("is inside the ttl up to and with its very end", () => {
	expect(rowStatus(100n, false, 50n, 150n)).toBe("PRESENT");
	expect(rowStatus(100n, false, 50n, 151n)).toBe("OUTSIDE_MAX_AGE");
	expect(rowStatus(100n, false, null, 10n ** 18n)).toBe("PRESENT");
	expect(rowStatus(100n, true, 50n, 100n)).toBe("NOT_FOUND");
	expect(rowStatus(100n, false, 50n, 90n)).toBe("PRESENT");
});
