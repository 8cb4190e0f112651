/**
 * A 32-bit checksum over bytes in little-endian words, the last one filled up with zeros; the second word, where the
 * checksum itself stands, is left out when `skipSecondWord`. Every step is a bijection of the word and of the state:
 * damage within one word is always found, any other with probability 1 - 2^-32.
 */
export function checksum(bytes: Uint8Array, seed: number, skipSecondWord: boolean): number {
	const length = bytes.length;
	let hash = seed ^ length;
	let i = 0;
	for (; i + 4 <= length; i += 4) {
		if (skipSecondWord && i === 4) continue;
		hash = mix(
			hash,
			(bytes[i] as number) |
				((bytes[i + 1] as number) << 8) |
				((bytes[i + 2] as number) << 16) |
				((bytes[i + 3] as number) << 24),
		);
	}
	if (i < length) {
		let word = 0;
		for (let shift = 0; i < length; i++, shift += 8) word |= (bytes[i] as number) << shift;
		hash = mix(hash, word);
	}
	return finish(hash);
}

/** `checksum` of the `length` bytes at `start`, without their second word: there are twelve of them at least. */
export function checksumAt(view: DataView, start: number, length: number, seed: number): number {
	const words = start + (length & ~3);
	let hash = mix(seed ^ length, view.getInt32(start, true));
	for (let i = start + 8; i < words; i += 4) hash = mix(hash, view.getInt32(i, true));
	if (words < start + length) {
		let word = 0;
		for (let i = words, shift = 0; i < start + length; i++, shift += 8) word |= view.getUint8(i) << shift;
		hash = mix(hash, word);
	}
	return finish(hash);
}

function finish(hash: number): number {
	let mixed = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
	mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
	return (mixed ^ (mixed >>> 16)) >>> 0;
}

function mix(hash: number, word: number): number {
	const product = Math.imul(hash ^ word, 0x9e37_79b1);
	return product ^ (product >>> 15);
}
