import { expect, test } from "vitest";
import { latestTick, tickId } from "../../../stores/queue/due-ticks.ts";

const at = (time: string): Date => new Date(`2024-03-31T${time}Z`);

test.each([
	["*/10 * * * *", "00:00:00", "00:09:59", null],
	["*/10 * * * *", "00:09:59", "00:10:00", "00:10:00"],
	["*/10 * * * *", "00:10:00", "00:10:30", null],
	["*/10 * * * *", "00:09:59", "00:45:00", "00:40:00"],
	["*/15 * * * * *", "00:00:00", "00:00:31", "00:00:30"],
	// The hour that Europe's clocks leave out.
	["30 2 * * *", "02:29:59", "02:30:00", "02:30:00"],
])("%s in (%s, %s]: %s", (cron, after, until, tick) => {
	expect(latestTick(cron, at(after), at(until))).toEqual(tick === null ? null : at(tick));
});

test("a tick has the same id everywhere, another schedule or tick another one", () => {
	const id = tickId("a", at("00:10:00"));
	expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
	expect(tickId("a", at("00:10:00"))).toBe(id);
	expect(tickId("a", at("00:20:00"))).not.toBe(id);
	expect(tickId("b", at("00:10:00"))).not.toBe(id);
});
