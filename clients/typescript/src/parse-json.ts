import { parse } from "lossless-json";

/** JSON with whatever names: V8 may take a name with an escape for another (https://github.com/nodejs/node/issues/63785). */
export const parseJson = (text: string): unknown =>
	text.includes("\\") ? parse(text, undefined, Number) : (JSON.parse(text) as unknown);
