/** Label files on their way in: in stretches, within bounds, checked when they are whole. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FileFormat } from "../../../../core/ports/offline-engine.ts";
import type { Principal } from "../../../../core/ports/principal.ts";
import { type Column, scalar } from "../../../../core/values/type.ts";
import type { Value } from "../../../../core/values/value.ts";
import { uploadKey } from "../../../../services/training/uploads/upload-paths.ts";
import {
	type CreateUploadInput,
	completeUpload,
	createUpload,
	receiveUpload,
	uploadProgress,
} from "../../../../services/training/uploads/uploads.ts";
import { batchOf } from "../../../conformance/offline/harness.ts";
import { testDatabase } from "../../../support/database.ts";
import { type FixtureRegistry, featureOf, fixtureRegistry } from "../../../support/fixture-registry.ts";
import { anyone, type RunHouse, runHouse } from "../../../support/run-house.ts";

const start = 1_704_067_200_000_000n;

describe("an upload", () => {
	const test = testDatabase();
	let house: RunHouse;
	let registry: FixtureRegistry;
	beforeAll(async () => {
		house = await runHouse(test.database, start);
		registry = await fixtureRegistry(
			test.database,
			[
				{
					name: "orders",
					joinKeys: [{ name: "customer", type: scalar("INT64") }],
					features: [featureOf("amount", scalar("FLOAT64"))],
					rows: { origin: { kind: "csv", path: join(house.folder, "orders.csv") } },
				},
			],
			{
				name: "context",
				inputs: { request: [{ name: "hour", type: scalar("INT32") }], views: ["orders"] },
				features: [featureOf("rush", scalar("BOOL"), "request.hour >= 16")],
			},
			start,
		);
	});
	afterAll(() => house.close());

	const deps = () => ({ ...house, registry, limitBytes: 3_000_000 });
	const labels: CreateUploadInput["labels"] = {
		timestampColumn: "at",
		select: { features: ["orders:amount", "context:rush"] },
		bindings: [],
		fullFeatureNames: false,
	};
	const opened = async (format: FileFormat, more: Partial<CreateUploadInput> = {}, principal = anyone) =>
		(await createUpload(deps(), principal, { project: "default", format, byteCount: null, ...more })).id;
	const send = (id: string, content: string | Buffer, stretch?: { start: number; total: number | null }) => {
		const bytes = Buffer.from(content);
		const range = stretch === undefined ? null : { ...stretch, end: stretch.start + bytes.byteLength };
		return receiveUpload(deps(), anyone, id, Readable.from([bytes]), range);
	};
	const csv = (...lines: string[]): string => `customer,hour,at\n${lines.join("\n")}\n`;
	const good = csv("1,3,2024-01-01T00:00:00Z", "2,,2024-01-02T00:00:00Z");

	it("comes in stretches, and says how much of it has come", async () => {
		const id = await opened("CSV", { labels });
		const total = good.length;
		expect(await uploadProgress(deps(), anyone, id)).toEqual({ byteCount: 0, isWhole: false });
		expect(await send(id, good.slice(0, 10), { start: 0, total: null })).toEqual({ byteCount: 10, isWhole: false });
		await expect(send(id, good.slice(20), { start: 20, total })).rejects.toMatchObject({ code: "CONFLICT" });
		expect(await uploadProgress(deps(), anyone, id)).toEqual({ byteCount: 10, isWhole: false });
		expect(await send(id, good.slice(10), { start: 10, total })).toEqual({ byteCount: total, isWhole: true });
		expect(await uploadProgress(deps(), anyone, id)).toEqual({ byteCount: total, isWhole: true });
		expect(await readFile(await house.blobs.localPath(uploadKey(id)), "utf8")).toBe(good);
		await expect(send(id, good)).rejects.toMatchObject({ code: "CONFLICT" });
	});

	it("keeps within what was announced, within the limit, and to those who may", async () => {
		const id = await opened("CSV", { byteCount: 20n });
		await expect(send(id, "x".repeat(21))).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
		await expect(send(id, "x".repeat(19))).rejects.toMatchObject({ code: "UNREADABLE_FILE" });
		await expect(send(id, "x".repeat(5), { start: 0, total: 21 })).rejects.toMatchObject({ code: "UNREADABLE_FILE" });
		await expect(send(id, "x", { start: 20, total: null })).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
		expect(await uploadProgress(deps(), anyone, id)).toEqual({ byteCount: 0, isWhole: false });
		const stranger: Principal = { ...anyone, projects: new Set(["other"]) };
		await expect(uploadProgress(deps(), stranger, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
		await expect(receiveUpload(deps(), stranger, id, Readable.from([]))).rejects.toMatchObject({ code: "NOT_FOUND" });
	});

	it("is sent by one request at a time", async () => {
		const id = await opened("CSV", { labels });
		const body = new PassThrough();
		const sending = receiveUpload(deps(), anyone, id, body);
		body.write(good.slice(0, 10));
		await expect.poll(() => uploadProgress(deps(), anyone, id)).toEqual({ byteCount: 10, isWhole: false });
		await expect(send(id, good)).rejects.toMatchObject({ code: "CONFLICT", details: { name: id } });
		body.end(good.slice(10));
		expect(await sending).toEqual({ byteCount: good.length, isWhole: true });
		expect(await completeUpload(deps(), anyone, id, good.length)).toMatchObject({ isWhole: true });
	});

	it("is kept whole where too many wait to be checked, and checked when it is said to be whole", async () => {
		const turn = Promise.withResolvers<void>();
		const held = [1, 2].map(() => house.turns.check(() => turn.promise));
		const id = await opened("CSV", { labels });
		await expect(send(id, good)).rejects.toMatchObject({ code: "OVERLOADED" });
		const total = good.length;
		expect(await uploadProgress(deps(), anyone, id)).toEqual({ byteCount: total, isWhole: false });
		turn.resolve();
		await Promise.all(held);
		expect(await completeUpload(deps(), anyone, id, total + 1)).toEqual({ byteCount: total, isWhole: false });
		expect(await completeUpload(deps(), anyone, id, total)).toEqual({ byteCount: total, isWhole: true });
		expect(await readFile(await house.blobs.localPath(uploadKey(id)), "utf8")).toBe(good);
	});

	it("is one of a bounded number that nobody uses, for each principal", async () => {
		const greedy: Principal = { ...anyone, id: "greedy" };
		const asked = Array.from({ length: house.mostOpenUploads + 3 }, () => opened("CSV", {}, greedy));
		const settled = await Promise.allSettled(asked);
		expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(house.mostOpenUploads);
		const [first] = settled;
		if (first?.status === "fulfilled") await house.uploads.use(first.value, start);
		await expect(opened("CSV", {}, greedy)).resolves.toBeTypeOf("string");
		await expect(opened("CSV", {}, greedy)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
		await expect(opened("CSV", {}, { ...anyone, id: "other" })).resolves.toBeTypeOf("string");
	});

	const columns: readonly Column[] = [
		{ name: "customer", type: scalar("STRING") },
		{ name: "hour", type: scalar("FLOAT64") },
		{ name: "at", type: scalar("STRING") },
		{ name: "late", type: scalar("BOOL") },
	];
	const fileOf = async (format: FileFormat, rows: readonly (readonly Value[])[], of = columns): Promise<Buffer> => {
		const path = join(house.folder, `labels.${format.toLowerCase()}`);
		const batches = async function* () {
			yield batchOf(of, rows);
		};
		await house.frames.write(path, format, of, batches());
		return readFile(path);
	};
	const rowsWith = (bad: Partial<Record<number, readonly Value[]>>): readonly (readonly Value[])[] =>
		Array.from({ length: 9000 }, (_, row) => bad[row] ?? [String(row), 3, "2024-01-01T00:00:00Z", true]);

	it.each(["PARQUET", "ARROW"] as const)("names the first bad row of a file and its column: %s", async (format) => {
		const id = await opened(format, { labels });
		const ofHour = await fileOf(format, rowsWith({ 8500: ["1", 3.5, "2024-01-01T00:00:00Z", true] }));
		const invalid = { code: "LABELS_INVALID" };
		await expect(send(id, ofHour)).rejects.toMatchObject({ ...invalid, details: { index: 8500, name: "hour" } });
		const ofTime = await fileOf(format, rowsWith({ 7: ["1", 3, "yesterday", true] }));
		await expect(send(id, ofTime)).rejects.toMatchObject({ ...invalid, details: { index: 7, name: "at" } });
		const withoutKey = await fileOf(format, [["2024-01-01T00:00:00Z"]], columns.slice(2, 3));
		await expect(send(id, withoutKey)).rejects.toMatchObject({ ...invalid, details: { name: "customer" } });
		// What was refused has left nothing behind: the mended file goes to the same place.
		expect(await uploadProgress(deps(), anyone, id)).toEqual({ byteCount: 0, isWhole: false });
		expect(await send(id, await fileOf(format, rowsWith({})))).toMatchObject({ isWhole: true });
	});

	it.each([
		["a number", "1,x,2024-01-01T00:00:00Z", "hour"],
		["a time", "1,3,soon", "at"],
		["a number that fits", "1,99999999999999999999,2024-01-01T00:00:00Z", "hour"],
	])("names the line of a CSV file that has no longer %s", async (_what, line, name) => {
		const lines = Array.from({ length: 30_000 }, () => "1,3,2024-01-01T00:00:00Z");
		lines[29_000] = line;
		const id = await opened("CSV", { labels });
		await expect(send(id, csv(...lines))).rejects.toMatchObject({
			code: "LABELS_INVALID",
			details: { index: 29_000, name },
		});
	});

	it.each([
		["no number", '{"customer":"1","hour":"x","at":"2024-01-01T00:00:00Z"}', { name: "hour" }],
		["no integer", '{"customer":"1","hour":3.5,"at":"2024-01-01T00:00:00Z"}', { name: "hour" }],
		["no time", '{"customer":"1","hour":3,"at":"soon"}', { name: "at" }],
		["no JSON", '{"customer":"1",', {}],
		["no object", "[1]", {}],
	])("names the line of a file of JSON lines that has %s", async (_what, line, details) => {
		const lines = Array.from({ length: 30_000 }, () => '{"customer":"1","hour":3,"at":"2024-01-01T00:00:00Z"}');
		lines[29_000] = line;
		const sent = send(await opened("NDJSON", { labels }), lines.join("\n"));
		await expect(sent).rejects.toMatchObject({ code: "LABELS_INVALID", details: { index: 29_000, ...details } });
		if (!("name" in details)) await expect(sent).rejects.toThrow("line 29001");
	});

	it("is read as it stands: a fraction far down a column of integers stays one", async () => {
		const lines = Array.from({ length: 30_000 }, () => "1,3,2024-01-01T00:00:00Z");
		lines[29_000] = "1,3.5,2024-01-01T00:00:00Z";
		const refused = { code: "LABELS_INVALID", details: { index: 29_000, name: "hour" } };
		await expect(send(await opened("CSV", { labels }), csv(...lines))).rejects.toMatchObject(refused);
	});

	it.each(["at", "AT"])(
		'is refused where two columns are called alike, which its reader would rename: "%s"',
		async (name) => {
			const twin: Principal = { ...anyone, id: `twin-${name}` };
			const refused = { code: "LABELS_INVALID", details: { name } };
			const twice = `customer,hour,at,${name}\n1,3,2024-01-01T00:00:00Z,2024-01-02T00:00:00Z\n`;
			for (const more of [{ labels }, {}]) {
				await expect(send(await opened("CSV", more, twin), twice)).rejects.toMatchObject(refused);
			}
			const of = columns.map((column) => (column.name === "hour" ? { ...column, name: "xx" } : column));
			const parquet = (await fileOf("PARQUET", rowsWith({}).slice(0, 3), of)).toString("latin1").replaceAll("xx", name);
			const timed = await opened("PARQUET", { labels: { ...labels, select: null } }, twin);
			await expect(send(timed, Buffer.from(parquet, "latin1"))).rejects.toMatchObject({ code: "LABELS_INVALID" });
		},
	);

	it("is refused where it is not of its format, without a word of where it lies", async () => {
		for (const format of ["PARQUET", "ARROW", "NDJSON"] as const) {
			const id = await opened(format, format === "PARQUET" ? {} : { labels });
			await expect(send(id, "")).rejects.toMatchObject({
				code: "LABELS_INVALID",
				message: "The file of label rows is empty.",
			});
			const sent = send(id, "no such thing at all");
			await expect(sent).rejects.toMatchObject({
				code: expect.stringMatching(/UNREADABLE_FILE|LABELS_INVALID/) as string,
			});
			await expect(sent).rejects.not.toThrow(house.folder);
		}
	});

	it("is not checked for columns where nothing was said of them", async () => {
		expect(await send(await opened("CSV"), "a\n1\n")).toMatchObject({ isWhole: true });
		const timed = await opened("CSV", { labels: { ...labels, select: null } });
		await expect(send(timed, "a\n1\n")).rejects.toMatchObject({ code: "LABELS_INVALID", details: { name: "at" } });
	});
});
