import { expect, it } from "vitest";
import { arrowStreams } from "../../../stores/offline/arrow/arrow-streams.ts";

/** A schema without columns, whose metadata has one pair so often; its key and its value are the same bytes. */
function repeatingItself(pairs: number, characters: number): Uint8Array {
	const pairAt = 60 + 4 * pairs;
	const length = Math.ceil((pairAt + 24 + characters) / 8) * 8;
	const bytes = new Uint8Array(8 + length + 8);
	const view = new DataView(bytes.buffer, 8, length);
	const shorts = (at: number, ...values: number[]) => {
		for (const [index, value] of values.entries()) view.setUint16(at + 2 * index, value, true);
	};
	const words = (at: number, ...values: number[]) => {
		for (const [index, value] of values.entries()) view.setUint32(at + 4 * index, value, true);
	};
	new Uint32Array(bytes.buffer, 0, 2).set([0xffff_ffff, length]);
	new Uint32Array(bytes.buffer, 8 + length, 1).set([0xffff_ffff]);
	// The message: its header is a schema.
	words(0, 16);
	shorts(4, 10, 12, 0, 4, 8);
	words(16, 12, 1, 16);
	// The schema: no columns, and its metadata.
	shorts(28, 10, 12, 0, 4, 8);
	words(40, 12, 8, 8, 0, pairs);
	for (let pair = 0; pair < pairs; pair++) words(60 + 4 * pair, pairAt + 8 - (60 + 4 * pair));
	shorts(pairAt, 8, 12, 4, 8);
	words(pairAt + 8, 8, 8, 4, characters);
	bytes.fill(97, 8 + pairAt + 24, 8 + pairAt + 24 + characters);
	return bytes;
}

it("metadata that repeats itself is not read again and again", () => {
	expect(arrowStreams.read(repeatingItself(1, 1000), 10).rowCount).toBe(0);
	// Decoded, these would be 200 GB of text.
	expect(() => arrowStreams.read(repeatingItself(100_000, 1_000_000), 10)).toThrow("repeat each other");
});
