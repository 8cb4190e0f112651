import pc from "picocolors";
import type { ServerError } from "../client/request-failed.ts";
import { printJson, printMessage, printTable } from "./data.ts";
import { formatServerError } from "./failure.ts";

/** The column-major answer of online and historical reads. */
export interface Frame {
	readonly rowCount: number;
	readonly columns: readonly {
		readonly name: string;
		readonly values: readonly unknown[];
		readonly statuses: readonly string[] | null;
		readonly eventTimes: readonly (string | null)[] | null;
	}[];
	readonly rowErrors: readonly ServerError[];
}

export const frameFields = `
	rowCount registryVersion
	columns { name role type isArray values statuses eventTimes }
	rowErrors { code message path index name nearest hint }
`;

/** Whether there are rows, and none of them has any feature that is no error. */
export function hasFailed({ rowCount, columns }: Frame): boolean {
	const statuses = columns.flatMap((column) => (column.statuses === null ? [] : [column.statuses]));
	return (
		rowCount > 0 && statuses.length > 0 && statuses.every((column) => column.every((status) => status === "ERROR"))
	);
}

/** Prints rows as a table; a value that is not present shows its status instead. */
export function printFrame(frame: Frame, json: boolean): void {
	if (json) {
		printJson(frame);
		return;
	}
	const rows = Array.from({ length: frame.rowCount }, (_, row) =>
		frame.columns.map((column) => {
			const status = column.statuses?.[row];
			if (status !== undefined && status !== "PRESENT") return pc.dim(status);
			return formatCell(column.values[row]);
		}),
	);
	printTable(
		frame.columns.map((column) => column.name),
		rows,
	);
	for (const error of frame.rowErrors) printMessage(formatServerError(error));
}

function formatCell(value: unknown): string {
	if (value === null || value === undefined) return pc.dim("null");
	return typeof value === "string" ? value : JSON.stringify(value);
}
