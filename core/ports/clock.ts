import type { Micros } from "../values/value.ts";

/** The only way to learn the time below `app`. */
export interface Clock {
	now(): Micros;
}
