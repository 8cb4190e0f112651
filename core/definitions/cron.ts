import { CronPattern } from "croner";

/** Whether a text is a cron expression of five fields. */
export function isCron(text: string): boolean {
	if (text.trim().split(/\s+/).length !== 5) return false;
	try {
		return new CronPattern(text) instanceof CronPattern;
	} catch {
		return false;
	}
}
