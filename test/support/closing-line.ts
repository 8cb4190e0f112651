import type { Reporter, TestModule } from "vitest/node";

/** Ends a run with one plain line that any machine reads: `12 passed, 0 failed, 1 skipped`. */
export default class ClosingLine implements Reporter {
	onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
		const counts = { passed: 0, failed: errors.length, skipped: 0 };
		for (const module of modules) {
			for (const test of module.children.allTests()) {
				const { state } = test.result();
				if (state !== "pending") counts[state]++;
			}
			// A hook that fails leaves its tests skipped.
			for (const part of [module, ...module.children.allSuites()]) if (part.errors().length > 0) counts.failed++;
		}
		process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
	}
}
