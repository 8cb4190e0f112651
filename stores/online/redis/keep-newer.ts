import { createHash } from "node:crypto";

/**
 * Writes each of KEYS[i] = ARGV[2i-1], to expire at ARGV[2i] (milliseconds; empty: never), where it is newer than what
 * is there: greater byte by byte behind the eight bytes of the header (docs/online-format.md). Lua's own `<` on
 * strings follows the server's locale and will not do. Returns one character per write: 1 written, 0 older.
 * `latest` lets a later write of this batch see an earlier one of the same key.
 */
export const keepNewerScript = `
local byte, unpack4, min = string.byte, struct.unpack, math.min

local function is_newer(incoming, stored)
	if #stored < 8 or byte(stored, 1) ~= byte(incoming, 1) then return true end
	local last = min(#incoming, #stored)
	local i = 9
	while i + 3 <= last do
		local a, b = unpack4('>I4', incoming, i), unpack4('>I4', stored, i)
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
local latest, outcomes = {}, {}
for i = 1, #KEYS do
	local key, incoming, expiry = KEYS[i], ARGV[2 * i - 1], ARGV[2 * i]
	local stored = latest[key] or current[i]
	if not stored or is_newer(incoming, stored) then
		if expiry == '' then
			redis.call('SET', key, incoming)
		else
			redis.call('SET', key, incoming, 'PXAT', expiry)
		end
		latest[key] = incoming
		outcomes[i] = '1'
	else
		outcomes[i] = '0'
	end
end
return table.concat(outcomes)
`;

export const keepNewerSha = createHash("sha1").update(keepNewerScript).digest("hex");
