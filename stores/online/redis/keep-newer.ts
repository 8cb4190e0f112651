import { createHash } from "node:crypto";
import type { ChainableCommander, Redis } from "ioredis";
import type { OnlineWrite } from "../../../core/ports/online-store.ts";
import type { Micros } from "../../../core/values/value.ts";
import type { RedisClient } from "./connect.ts";

/** Bytes by which ARGV[1] describes one write: the value's length (uint32) and its expiry (float64), big-endian. */
export const descriptorBytes = 12;

/**
 * Writes to each of KEYS its value, one behind the other in ARGV[2] as ARGV[1] describes them (two arguments for all are
 * far cheaper than two for each), to expire at that millisecond (0: never), where it is newer than what is there: greater byte by byte behind the eight bytes of the header (docs/online-format.md). Lua's own `<` on
 * strings follows the server's locale and will not do. Returns one character per write: 1 written, 0 older.
 * `place` lets a later write of this batch see an earlier one of the same key. What never expires is written by one MSET,
 * which takes half the time of a SET for each.
 */
const keepNewerScript = `
local byte, sub, unpack_struct, min = string.byte, string.sub, struct.unpack, math.min

local function is_newer(incoming, stored)
	if incoming == stored then return false end
	local i = 9
	if #incoming >= 16 and #stored >= 16 then
		local format, a, b = unpack_struct('>BxxxxxxxI4I4', incoming)
		local stored_format, c, d = unpack_struct('>BxxxxxxxI4I4', stored)
		if format ~= stored_format then return true end
		if a ~= c then return a > c end
		if b ~= d then return b > d end
		i = 17
	elseif #stored < 8 or byte(stored, 1) ~= byte(incoming, 1) then
		return true
	end
	local last = min(#incoming, #stored)
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
local place, newest, outcomes, start = {}, {}, {}, 1
for i = 1, #KEYS do
	local key = KEYS[i]
	local length = unpack_struct('>I4', descriptors, 12 * i - 11)
	local incoming = sub(values, start, start + length - 1)
	start = start + length
	local stored = newest[place[key]] or current[i]
	if not stored or is_newer(incoming, stored) then
		place[key] = i
		newest[i] = incoming
		outcomes[i] = '1'
	else
		outcomes[i] = '0'
	end
end
local lasting, count = {}, 0
for key, i in pairs(place) do
	local expiry = unpack_struct('>d', descriptors, 12 * i - 7)
	if expiry == 0 then
		lasting[count + 1], lasting[count + 2] = key, newest[i]
		count = count + 2
	else
		redis.call('SET', key, newest[i], 'PXAT', string.format('%.0f', expiry))
	end
end
if count > 0 then redis.call('MSET', unpack(lasting)) end
return table.concat(outcomes)
`;

const keepNewerSha = createHash("sha1").update(keepNewerScript).digest("hex");

/** The script by its hash, or whole: the beginning of a command. */
export const keepNewerCommands = {
	known: { name: "evalsha", script: keepNewerSha },
	whole: { name: "eval", script: keepNewerScript },
} as const;

/** Of Redis that has forgotten the script: a restart, SCRIPT FLUSH. */
export const isUnknownScript = (error: unknown): boolean =>
	error instanceof Error && error.message.startsWith("NOSCRIPT");

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
		if (!isUnknownScript(error)) throw error;
		return String(await client.eval(keepNewerScript, ...given));
	}
}

/** Milliseconds since 1970, rounded up; 0: never. One that has passed is kept apart from never. */
export const expiryOf = (expiresAt: Micros | null): number =>
	expiresAt === null ? 0 : Math.max(1, Number((expiresAt + 999n) / 1000n));
