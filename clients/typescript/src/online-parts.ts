import { FeaturegraphClientError } from "./errors.ts";
import { type GatewayAddress, post } from "./gateway.ts";
import type { Frame } from "./online-features.ts";
import { encodeRow } from "./values.ts";

/** What the gateway answers at once unless it is configured otherwise; where it takes less, parts are halved. */
const mostRows = 10_000;
const partsAtOnce = 4;
/** Times that parts are read again because the definitions changed meanwhile. */
const mostRounds = 3;

interface Part {
	readonly start: number;
	readonly end: number;
}

interface ReadPart extends Part {
	readonly frame: Frame;
}

/** The answer to a question about any number of rows: in parts, a few at once, joined in the order of the rows. */
export async function readOnline(
	gateway: GatewayAddress,
	question: object,
	entities: readonly object[],
): Promise<Frame> {
	let most = mostRows;
	let empty: Readonly<Record<string, null>> | undefined;
	const read = async ({ start, end }: Part): Promise<Frame> => {
		const rows = entities.slice(start, end).map(encodeRow);
		const [first] = rows;
		// A column that only rows of other parts have is there, as it would be for all of them at once.
		if (first !== undefined && rows.length < entities.length) rows[0] = { ...(empty ??= emptyRow(entities)), ...first };
		const body = JSON.stringify({ ...question, entities: rows });
		return post<Frame>(gateway, "/features", body);
	};

	async function readAll(waiting: Part[]): Promise<ReadPart[]> {
		const done: ReadPart[] = [];
		const next = (): Part | undefined => {
			const part = waiting.shift();
			if (part === undefined || part.end - part.start <= most) return part;
			const { start, end } = part;
			waiting.unshift({ start: start + most, end });
			return { start, end: start + most };
		};
		const work = async (): Promise<void> => {
			for (let part = next(); part !== undefined; part = next()) {
				const rowCount = part.end - part.start;
				try {
					done.push({ ...part, frame: await read(part) });
				} catch (error) {
					const isTooMuch = error instanceof FeaturegraphClientError && error.code === "LIMIT_EXCEEDED";
					if (!isTooMuch || rowCount < 2) {
						waiting.length = 0;
						throw error;
					}
					most = Math.min(most, Math.floor(rowCount / 2));
					waiting.unshift(part);
				}
			}
		};
		await Promise.all(Array.from({ length: partsAtOnce }, work));
		return done;
	}

	let parts = await readAll([{ start: 0, end: entities.length }]);
	for (let round = 1; ; round += 1) {
		const revision = Math.max(...parts.map(({ frame }) => frame.registryVersion));
		const older = parts.filter(({ frame }) => frame.registryVersion < revision);
		if (older.length === 0) break;
		if (round === mostRounds) throw changedMeanwhile();
		parts = [...parts.filter((part) => !older.includes(part)), ...(await readAll(older))];
	}
	return joined(parts.sort((a, b) => a.start - b.start));
}

/** All columns of the rows. */
function emptyRow(rows: readonly object[]): Readonly<Record<string, null>> {
	const names = new Set(rows.flatMap((row) => Object.keys(row)));
	return Object.fromEntries([...names].map((name) => [name, null]));
}

function joined(parts: readonly ReadPart[]): Frame {
	const [first, ...others] = parts;
	if (first === undefined) throw new TypeError("No part was read.");
	if (others.length === 0) return first.frame;
	const columnsAt = (at: number) => parts.flatMap(({ frame }) => frame.columns[at] ?? []);
	return {
		rowCount: parts.reduce((sum, { frame }) => sum + frame.rowCount, 0),
		registryVersion: first.frame.registryVersion,
		rowErrors: parts.flatMap(({ start, frame }) =>
			frame.rowErrors.map((error) => ({ ...error, index: error.index == null ? null : error.index + start })),
		),
		columns: first.frame.columns.map((column, at) => ({
			...column,
			values: columnsAt(at).flatMap(({ values }) => values),
			...(column.statuses === undefined ? {} : { statuses: columnsAt(at).flatMap(({ statuses = [] }) => statuses) }),
			...(column.eventTimes == null ? {} : { eventTimes: columnsAt(at).flatMap(({ eventTimes }) => eventTimes ?? []) }),
		})),
	};
}

const changedMeanwhile = (): FeaturegraphClientError =>
	new FeaturegraphClientError([
		{ code: "CONFLICT", message: "The definitions changed again and again while the rows were read." },
	]);
