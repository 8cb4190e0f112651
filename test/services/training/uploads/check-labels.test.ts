import { expect, it } from "vitest";
import { FeaturegraphError } from "../../../../core/errors/featuregraph-error.ts";
import { checkLabels } from "../../../../services/training/uploads/check-labels.ts";

it.each(["LIMIT_EXCEEDED", "UNREADABLE_FILE"] as const)("%s does not say where the file lies", async (code) => {
	const path = "/var/lib/featuregraph/uploads/1";
	const failing = () =>
		Promise.reject(new FeaturegraphError(code, `Reading the file ${path} failed. Too wide.\n\nMore`));
	const deps = { frames: { read: failing }, labelFiles: { firstBadValue: async () => null } } as unknown as Parameters<
		typeof checkLabels
	>[0];
	const { signal } = new AbortController();
	await expect(checkLabels(deps, path, "CSV", null, signal)).rejects.toMatchObject({
		code,
		message: "Reading the file of label rows failed. Too wide.",
	});
});
