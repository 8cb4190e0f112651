import type { Configuration } from "./configuration.ts";
import { settings } from "./settings.ts";

export interface DescribedSetting {
	readonly name: string;
	readonly value: string;
	readonly meaning: string;
}

/** The settings as they are in force, for people: secrets say only that they are set. */
export function describeConfiguration(configuration: Configuration): DescribedSetting[] {
	const values: Readonly<Record<string, unknown>> = {
		...configuration,
		"freshness.graceSeconds": configuration.freshnessGraceSeconds,
		"freshness.intervalSeconds": configuration.freshnessIntervalSeconds,
		"access.tokens": configuration.accessTokens,
		...Object.fromEntries(Object.entries(configuration.redis).map(([name, value]) => [`redis.${name}`, value])),
		...Object.fromEntries(
			Object.entries(configuration.onlineCache).map(([name, value]) => [`onlineCache.${name}`, value]),
		),
		...Object.fromEntries(Object.entries(configuration.limits).map(([name, value]) => [`limits.${name}`, value])),
		...Object.fromEntries(
			Object.entries(configuration.gatewayLimits).map(([name, value]) => [`gatewayLimits.${name}`, value]),
		),
	};
	return settings.map(({ env, key, secret, meaning }) => ({
		name: env,
		value: secret ? redacted(values[key]) : shown(values[key]),
		meaning,
	}));
}

function shown(value: unknown): string {
	if (value === null || value === undefined) return "-";
	return typeof value === "string" ? value : JSON.stringify(value);
}

function redacted(value: unknown): string {
	if (value === null || value === undefined) return "-";
	const count = typeof value === "object" ? Object.keys(value).length : 1;
	return count === 0 ? "-" : typeof value === "object" ? `(${count} set)` : "(set)";
}
