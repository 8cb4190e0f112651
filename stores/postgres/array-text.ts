/** PostgreSQL's text form of arrays of one dimension. */

/** Null elements are null here, and every other one is quoted: what the type makes of the text is not our concern. */
export function formatArrayText(elements: readonly (string | null)[]): string {
	let text = "{";
	for (let i = 0; i < elements.length; i++) {
		const element = elements[i];
		if (i > 0) text += ",";
		text += element === null || element === undefined ? "NULL" : `"${element.replace(/["\\]/g, "\\$&")}"`;
	}
	return `${text}}`;
}

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
