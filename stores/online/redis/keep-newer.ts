import { createHash } from "node:crypto";
import type { ChainableCommander, Redis } from "ioredis";
import type { OnlineWrite } from "../../../core/ports/online-store.ts";
import type { Micros } from "../../../core/values/value.ts";
import type { RedisClient } from "./connect.ts";

/** Bytes by which ARGV[1] describes one write: the value's length (uint32) and its expiry (float64), big-endian. */
const descriptorBytes = 12;

/**
 * Writes to each of KEYS its value, one behind the other in ARGV[2] as ARGV[1] describes them (two arguments for all are
 * far cheaper than two for each), to expire at that millisecond (0: never), where it is newer than what is there: greater byte by byte behind the eight bytes of the header (docs/online-format.md). Lua's own `<` on
 * strings follows the server's locale and will not do. Returns one character per write: 1 written, 0 older.
 * `latest` lets a later write of this batch see an earlier one of the same key.
 */
const keepNewerScript = `
local byte, sub, unpack_struct, min = string.byte, string.sub, struct.unpack, math.min

local function is_newer(incoming, stored)
	if #stored < 8 or byte(stored, 1) ~= byte(incoming, 1) then return true end
	local last = min(#incoming, #stored)
	local i = 9
	while i + 3 <= last do
		local a, b = unpack_struct('>I4', incoming, i), unpack_struct('>I4', stored, i)
		if a ~= b then return a > b end
		i = i + 4
	end
	while i <= last do
		local a, b = byte(incoming, i), byte(stored, i)
		if a ~= b then return a > b end
		i = i + 1
	end
	return #incoming > #stored
end

local current = redis.call('MGET', unpack(KEYS))
local descriptors, values = ARGV[1], ARGV[2]
local latest, outcomes, start = {}, {}, 1
for i = 1, #KEYS do
	local key = KEYS[i]
	local length, expiry = unpack_struct('>I4d', descriptors, 12 * i - 11)
	local incoming = sub(values, start, start + length - 1)
	start = start + length
	local stored = latest[key] or current[i]
	if not stored or is_newer(incoming, stored) then
		if expiry == 0 then
			redis.call('SET', key, incoming)
		else
			redis.call('SET', key, incoming, 'PXAT', string.format('%.0f', expiry))
		end
		latest[key] = incoming
		outcomes[i] = '1'
	else
		outcomes[i] = '0'
	end
end
return table.concat(outcomes)
`;

const keepNewerSha = createHash("sha1").update(keepNewerScript).digest("hex");

type ScriptArguments = [keyCount: number, ...parts: Buffer[]];

/** Has the server keep the script, so that its hash is enough from then on. */
export async function loadKeepNewer(server: Redis): Promise<void> {
	await server.script("LOAD", keepNewerScript);
}

/** Adds the script, by its hash, to a pipeline. */
export function addKeepNewer(pipeline: ChainableCommander, writes: readonly OnlineWrite[]): void {
	pipeline.evalsha(keepNewerSha, ...scriptArguments(writes));
}

function scriptArguments(writes: readonly OnlineWrite[]): ScriptArguments {
	const descriptors = Buffer.allocUnsafe(writes.length * descriptorBytes);
	for (const [i, { value, expiresAt }] of writes.entries()) {
		descriptors.writeUInt32BE(value.length, i * descriptorBytes);
		descriptors.writeDoubleBE(expiryOf(expiresAt), i * descriptorBytes + 4);
	}
	const keys = writes.map(({ key }) => key as Buffer);
	return [keys.length, ...keys, descriptors, Buffer.concat(writes.map(({ value }) => value))];
}

/**
 * Runs the script by its hash, and sends it whole where Redis has forgotten it (a restart, SCRIPT FLUSH). On a cluster the
 * keys are of one slot.
 */
export async function keepNewer(client: RedisClient, writes: readonly OnlineWrite[]): Promise<string> {
	const given = scriptArguments(writes);
	try {
		return String(await client.evalsha(keepNewerSha, ...given));
	} catch (error) {
		if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
		return String(await client.eval(keepNewerScript, ...given));
	}
}

/** Milliseconds since 1970, rounded up; 0: never. One that has passed is kept apart from never. */
const expiryOf = (expiresAt: Micros | null): number =>
	expiresAt === null ? 0 : Math.max(1, Number((expiresAt + 999n) / 1000n));
