/** PostgreSQL's text form of arrays of one dimension. */

/** Null elements are null here, and every other one is quoted: what the type makes of the text is not our concern. */
export function formatArrayText(elements: readonly (string | null)[]): string {
	return `{${elements.map(formatElement).join(",")}}`;
}

/** For elements that need no quotes: numbers and booleans. */
export function formatPlainArrayText(elements: readonly (string | null)[]): string {
	return `{${elements.map((element) => element ?? "NULL").join(",")}}`;
}

function formatElement(element: string | null): string {
	if (element === null) return "NULL";
	// Looking first is cheaper than replacing nothing.
	return needsEscape.test(element) ? `"${element.replace(/["\\]/g, "\\$&")}"` : `"${element}"`;
}

const needsEscape = /["\\]/;

/** The texts of the elements. A lower bound (`[0:1]={a,b}`) says nothing to us. */
export function parseArrayText(text: string): (string | null)[] {
	const elements: (string | null)[] = [];
	let at = text.startsWith("[") ? text.indexOf("{") + 1 : 1;
	while (at < text.length && text[at] !== "}") {
		if (text[at] === '"') {
			const { element, end } = quoted(text, at + 1);
			elements.push(element);
			at = end;
		} else {
			let end = at;
			while (text[end] !== "," && text[end] !== "}" && end < text.length) end++;
			const element = text.slice(at, end);
			elements.push(element === "NULL" ? null : element);
			at = end;
		}
		if (text[at] === ",") at++;
	}
	return elements;
}

/** The element whose text begins at `start`, and the place behind its closing quote. */
function quoted(text: string, start: number): { element: string; end: number } {
	let end = start;
	let escaped = false;
	while (text[end] !== '"' && end < text.length) {
		if (text[end] === "\\") {
			escaped = true;
			end++;
		}
		end++;
	}
	const raw = text.slice(start, end);
	return { element: escaped ? raw.replace(/\\(.)/gs, "$1") : raw, end: end + 1 };
}
