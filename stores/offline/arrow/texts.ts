/** Texts of Arrow's buffers. Arrow's own getter takes U+FEFF at the beginning of each for a byte order mark and drops it. */
import { isUtf8 } from "node:buffer";
import type { Data } from "apache-arrow";
import { Binary, BinaryView, DataType, type Dictionary, LargeBinary, type Utf8, Vector } from "apache-arrow";

/** Also where the texts stand in a dictionary. */
export const isText = (type: DataType): boolean =>
	DataType.isDictionary(type) ? isPlainText(type.dictionary as DataType) : isPlainText(type);

const isPlainText = (type: DataType): boolean =>
	DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type);

/** The texts of a column that `isText`, by row; of rows that are not null. What a dictionary does not have is null. */
export function textAt(data: Data): (row: number) => string | null {
	if (!DataType.isDictionary(data.type)) return textOfBytes(new Vector([bytesOf(data)]));
	const keys = data.values as ArrayLike<number | bigint>;
	const { dictionary } = data as Data<Dictionary<Utf8>>;
	const texts = textOfBytes(new Vector((dictionary as Vector).data.map(bytesOf)));
	return (row) => texts(Number(keys[row]));
}

function textOfBytes(vector: Vector<Binary>): (row: number) => string | null {
	return (row) => {
		const bytes = vector.get(row);
		const text = bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
		// It stands in the place of what is none, or was written.
		if (text?.includes("\ufffd") === true && !isUtf8(bytes as Uint8Array)) throw new Error("a text is not UTF-8");
		return text;
	};
}

/** The same buffers as bytes, which lie in them as texts do. */
function bytesOf(data: Data): Data<Binary> {
	const { type } = data;
	const bytes = DataType.isUtf8View(type)
		? new BinaryView()
		: DataType.isLargeUtf8(type)
			? new LargeBinary()
			: new Binary();
	return data.clone(bytes as Binary);
}
