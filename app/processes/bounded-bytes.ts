/** A body from another process of ours. Null: it is longer. What is left of it is not read. */
export async function boundedBytes(body: AsyncIterable<Uint8Array>, most: number): Promise<Buffer | null> {
	const parts: Uint8Array[] = [];
	let length = 0;
	for await (const part of body) {
		length += part.length;
		if (length > most) return null;
		parts.push(part);
	}
	return Buffer.concat(parts, length);
}
