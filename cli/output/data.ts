import Table from "cli-table3";
import pc from "picocolors";

export function printJson(value: unknown): void {
	process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** A table without borders between rows, so that it stays greppable. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
	const table = new Table({
		head: head.map((name) => pc.bold(name)),
		style: { head: [], border: [], compact: true },
		chars: {
			top: "",
			"top-mid": "",
			"top-left": "",
			"top-right": "",
			bottom: "",
			"bottom-mid": "",
			"bottom-left": "",
			"bottom-right": "",
			left: "",
			"left-mid": "",
			mid: "",
			"mid-mid": "",
			right: "",
			"right-mid": "",
			middle: "  ",
		},
	});
	table.push(...rows.map((row) => [...row]));
	process.stdout.write(`${table.toString()}\n`);
}

export function printMessage(text: string): void {
	process.stderr.write(`${text}\n`);
}
