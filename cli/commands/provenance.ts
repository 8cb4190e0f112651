import { Command } from "commander";
import { connectionOf } from "../client/connection.ts";
import { provenanceOf } from "../operations/training-set-provenance.ts";
import { printJson, printMessage, printTable } from "../output/data.ts";
import { printLeakage } from "../output/leakage.ts";

const shownHashChars = 12;

export const provenanceCommand = () =>
	new Command("provenance")
		.description(
			"Tells what a training set was made from and what it holds: versions, sources, columns, splits, leakage.",
		)
		.argument("<id>", "of a training set")
		.action(async (id: string, _options: object, command: Command) => {
			const connection = connectionOf(command);
			const set = await provenanceOf(connection, id);
			if (connection.json) {
				printJson(set);
				return;
			}
			const { provenance } = set;
			if (provenance === null) {
				printMessage(`${set.state}: there is nothing to tell yet, or not to you.`);
				return;
			}
			printTable(
				["view", "version", "hash", "engine", "source"],
				provenance.views.map(({ name, version, hash, engine, source }) => [
					name,
					String(version),
					hash.slice(0, shownHashChars),
					engine ?? "",
					source === null ? "" : `${source.name} (${source.kind})`,
				]),
			);
			process.stdout.write("\n");
			printTable(
				["column", "role", "type", "nulls", "min", "max", "mean", "distinct", "most frequent"],
				provenance.columns.map((column) => [
					column.name,
					column.role,
					column.isArray ? `[${column.type}]` : column.type,
					column.nullCount,
					shown(column.min),
					shown(column.max),
					column.mean === null ? "" : column.mean.toPrecision(6),
					shown(column.distinctCount),
					column.topValues.map(({ value, count }) => `${shown(value)} (${count})`).join(", "),
				]),
			);
			if (set.splits !== null) {
				process.stdout.write("\n");
				printTable(
					["split", "rows", "bytes", "url"],
					set.splits.map(({ name, rowCount, byteCount, url }) => [name, rowCount, byteCount, url]),
				);
			}
			printLeakage(set.leakage);
		});

const shown = (value: unknown): string =>
	value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
