/** Anything but the space and what follows it, without `"`, `\` and surrogates, of which some are escaped. */
const toEscape = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

/** What stands between the quotes of a text in JSON. Nearly all texts stand there as they are. */
export function jsonCharacters(text: string): string {
	if (text.length > 30) return toEscape.test(text) ? JSON.stringify(text).slice(1, -1) : text;
	for (let index = 0; index < text.length; index++) {
		const code = text.charCodeAt(index);
		if (code < 32 || code === 34 || code === 92 || (code >= 0xd800 && code <= 0xdfff)) {
			return JSON.stringify(text).slice(1, -1);
		}
	}
	return text;
}
