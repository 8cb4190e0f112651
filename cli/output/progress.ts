import ora from "ora";
import { printMessage } from "./data.ts";

const barWidth = 24;

/** A progress bar on stderr: redrawn in place on a terminal; elsewhere only how it ended is told. */
export interface Progress {
	update(share: number, note: string): void;
	done(text: string): void;
	failed(text: string): void;
}

export function startProgress(text: string): Progress {
	// A terminal without a width (that of some containers and programs) would have the spinner clear endless lines.
	const animates = process.stderr.isTTY && process.stderr.columns > 0;
	if (!animates) return { update: () => {}, done: printMessage, failed: printMessage };
	const spinner = ora({ text, stream: process.stderr }).start();
	return {
		update: (share, note) => {
			spinner.text = `${text} ${bar(share)} ${note}`;
		},
		done: (final) => void spinner.succeed(final),
		failed: (final) => void spinner.fail(final),
	};
}

function bar(share: number): string {
	const full = Math.round(Math.min(Math.max(share, 0), 1) * barWidth);
	return `${"█".repeat(full)}${"░".repeat(barWidth - full)} ${String(Math.round(share * 100)).padStart(3)} %`;
}
