import { afterEach, expect, it, vi } from "vitest";
import { startProgress } from "../../cli/output/progress.ts";

const terminal = (columns: number) => ({
	isTTY: { value: true, configurable: true },
	columns: { value: columns, configurable: true },
});
const before = Object.getOwnPropertyDescriptors(process.stderr);

afterEach(() => {
	vi.restoreAllMocks();
	for (const name of ["isTTY", "columns"] as const) {
		Reflect.deleteProperty(process.stderr, name);
		const known = before[name] as PropertyDescriptor | undefined;
		if (known !== undefined) Object.defineProperty(process.stderr, name, known);
	}
});

it("animates nothing on a terminal that has no width, and tells how it ended", () => {
	Object.defineProperties(process.stderr, terminal(0));
	const written: string[] = [];
	vi.spyOn(process.stderr, "write").mockImplementation((text) => {
		written.push(String(text));
		return true;
	});
	const progress = startProgress("Drawing");
	progress.update(0.5, "rows");
	progress.done("Drew 2 rows");
	expect(written).toEqual(["Drew 2 rows\n"]);
});
