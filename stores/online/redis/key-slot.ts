/** CRC-16/XMODEM, as Redis Cluster uses it. */
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
	let remainder = byte << 8;
	for (let bit = 0; bit < 8; bit++) remainder = (remainder << 1) ^ ((remainder & 0x8000) === 0 ? 0 : 0x1021);
	return remainder;
});

const open = 0x7b;
const close = 0x7d;

/**
 * The cluster slot (0–16383) of a key: of what stands between its first `{` and the next `}`, where that is not empty,
 * else of all of it. Binary keys hold braces by chance, and `cluster-key-slot` goes wrong on `{}…}`.
 */
export function keySlot(key: Uint8Array): number {
	const start = key.indexOf(open);
	const end = start < 0 ? -1 : key.indexOf(close, start + 1);
	return end > start + 1 ? crc16(key, start + 1, end) % 16_384 : crc16(key, 0, key.length) % 16_384;
}

function crc16(bytes: Uint8Array, start: number, end: number): number {
	let remainder = 0;
	for (let i = start; i < end; i++) {
		remainder = ((remainder << 8) ^ (table[(remainder >> 8) ^ (bytes[i] as number)] as number)) & 0xffff;
	}
	return remainder;
}
