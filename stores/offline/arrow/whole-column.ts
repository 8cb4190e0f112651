import { type Data, DataType } from "apache-arrow";

/** Bytes that the texts of one column of a batch may take: views may share theirs. */
const mostViewedBytes = 512 * 1024 ** 2;
const viewBytes = 16;
const inlineBytes = 12;

/** Are the buffers as long as the number of rows wants them, and do offsets lead into them? */
export function isWhole(
	{ type, valueOffsets, values, children, dictionary, variadicBuffers }: Data,
	rowCount: number,
): boolean {
	const arrowType = type;
	const [elements] = children as readonly (Data | undefined)[];
	if (DataType.isFixedSizeList(arrowType)) {
		const length = rowCount * arrowType.listSize;
		return elements !== undefined && length <= elements.length && isWhole(elements, length);
	}
	const offsets = valueOffsets as Int32Array | BigInt64Array | undefined;
	if (offsets !== undefined) {
		const held = elements === undefined ? (values as Uint8Array).length : elements.length;
		if (offsets.length <= rowCount || Number(offsets[rowCount]) > held) return false;
		for (let row = 0; row < rowCount; row++) if (!(Number(offsets[row]) <= Number(offsets[row + 1]))) return false;
		return Number(offsets[0]) >= 0 && (elements === undefined || isWhole(elements, Number(offsets[rowCount])));
	}
	if (DataType.isUtf8View(arrowType) || DataType.isBinaryView(arrowType)) {
		return areWholeViews(values as Uint8Array, variadicBuffers, rowCount);
	}
	if (DataType.isBool(arrowType)) return (values as Uint8Array).length * 8 >= rowCount;
	if (DataType.isFixedSizeBinary(arrowType)) return (values as Uint8Array).length >= rowCount * arrowType.byteWidth;
	if (DataType.isDictionary(arrowType) && dictionary?.data.every(areWholeWords) !== true) return false;
	return (values as ArrayLike<unknown> | undefined) === undefined || (values as ArrayLike<unknown>).length >= rowCount;
}

/** Of a dictionary, which many batches share. */
const wholeWords = new WeakSet<Data>();

function areWholeWords(words: Data): boolean {
	if (wholeWords.has(words)) return true;
	const areWhole = isWhole(words, words.length);
	if (areWhole) wholeWords.add(words);
	return areWhole;
}

/** Of 16 bytes each: the length, and the text or where it is. */
function areWholeViews(views: Uint8Array, buffers: readonly Uint8Array[], rowCount: number): boolean {
	if (views.length < rowCount * viewBytes) return false;
	const view = new DataView(views.buffer, views.byteOffset, views.byteLength);
	let viewed = 0;
	for (let at = 0; at < rowCount * viewBytes; at += viewBytes) {
		const length = view.getInt32(at, true);
		if (length <= inlineBytes) continue;
		const offset = view.getInt32(at + 12, true);
		const held = buffers[view.getInt32(at + 8, true)]?.length ?? 0;
		viewed += length;
		if (offset < 0 || offset + length > held || viewed > mostViewedBytes) return false;
	}
	return true;
}
