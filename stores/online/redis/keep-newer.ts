import { createHash } from "node:crypto";

/** Bytes by which ARGV[1] describes one write: the value's length (uint32) and its expiry (float64), big-endian. */
export const descriptorBytes = 12;

/**
 * Writes to each of KEYS its value, one behind the other in ARGV[2] as ARGV[1] describes them (two arguments for all are
 * far cheaper than two for each), to expire at that millisecond (0: never), where it is newer than what is there: greater byte by byte behind the eight bytes of the header (docs/online-format.md). Lua's own `<` on
 * strings follows the server's locale and will not do. Returns one character per write: 1 written, 0 older.
 * `latest` lets a later write of this batch see an earlier one of the same key.
 */
export const keepNewerScript = `
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

export const keepNewerSha = createHash("sha1").update(keepNewerScript).digest("hex");
