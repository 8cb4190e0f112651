import { describe, expect, it } from "vitest";
import type { BusEvent } from "../../../core/ports/bus.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { boundedPublish } from "../../../stores/bus/bounded-publish.ts";
import { silentLogger } from "../../support/silent-logger.ts";

const event: BusEvent = { topic: "run", runId: "1" };

function told(): { readonly logger: Logger; readonly warnings: string[] } {
	const warnings: string[] = [];
	return { warnings, logger: { ...silentLogger, warn: (_fields, message) => void warnings.push(message) } };
}

describe("publishing over a bus that is away", () => {
	it("is not waited for without end", async () => {
		const { logger, warnings } = told();
		await boundedPublish(() => new Promise(() => undefined), logger)(event);
		expect(warnings).toEqual([]);
	});

	it("loses an event that cannot be sent, and tells", async () => {
		const { logger, warnings } = told();
		await boundedPublish(() => Promise.reject(new Error("away")), logger)(event);
		expect(warnings).toEqual(["An event could not be published"]);
	});

	it("keeps a bounded number on their way, and takes more when some have arrived", async () => {
		const { logger, warnings } = told();
		const waiting: (() => void)[] = [];
		const publish = boundedPublish(() => new Promise<void>((resolve) => waiting.push(resolve)), logger);
		const published = Array.from({ length: 1000 }, () => publish(event));
		await publish(event);
		expect([waiting.length, warnings.length]).toEqual([1000, 1]);
		for (const arrive of waiting) arrive();
		await Promise.all(published);
		const more = publish(event);
		expect([waiting.length, warnings.length]).toEqual([1001, 1]);
		waiting.at(-1)?.();
		await more;
	});
});
