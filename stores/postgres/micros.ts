import { customType } from "drizzle-orm/pg-core";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Micros } from "../../core/values/value.ts";
import { formatTimestampText, parseTimestampText } from "./time-text.ts";

/** A timestamptz column held as microseconds: neither `Date` nor a number keeps them. */
export const micros = customType<{ data: Micros; driverData: string }>({
	dataType: () => "timestamp with time zone",
	toDriver: formatTimestampText,
	fromDriver(text) {
		const value = parseTimestampText(text);
		if (value !== undefined) return value;
		throw new FeaturegraphError("INTERNAL_SERVER_ERROR", `The database sent a time that cannot be read: "${text}".`);
	},
});
