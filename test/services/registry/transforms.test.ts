/** `transform: ./file.ts#name`: functions of the operator's, from the files of one folder to values online and offline. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Logger } from "../../../core/ports/logger.ts";
import { evaluateSelection } from "../../../core/reads/evaluate-selection.ts";
import { resolveSelection } from "../../../core/reads/resolve-selection.ts";
import type { Value } from "../../../core/values/value.ts";
import type { Registry } from "../../../services/registry/registry.ts";
import { localTransforms } from "../../../stores/transforms/local-transforms.ts";
import { testDatabase } from "../../support/database.ts";
import { applyText, testRegistry } from "../../support/registry.ts";
import { silentLogger } from "../../support/silent-logger.ts";

const test = testDatabase();
let root: string;
let folder: string;
const told: string[] = [];
const stacks: string[] = [];
const logger: Logger = {
	...silentLogger,
	error: (fields, message) => {
		told.push(message);
		stacks.push("err" in fields && fields.err instanceof Error ? (fields.err.stack ?? "") : "");
	},
};
const registries: Registry[] = [];
beforeAll(async () => {
	root = await mkdtemp(join(tmpdir(), "featuregraph-transforms-"));
	folder = join(root, "trusted");
	await mkdir(join(folder, "more"), { recursive: true });
	await writeFile(join(root, "outside.ts"), "export const offer = () => ({});");
	await symlink(join(root, "outside.ts"), join(folder, "linked.ts"));
});
afterAll(async () => {
	for (const registry of registries) await registry.close();
	await rm(root, { recursive: true, force: true });
});

const open = async (trusted: string | null, perProject = false): Promise<Registry> => {
	const registry = await testRegistry(test.database, {
		logger,
		transforms: localTransforms({ folder: trusted, perProject, logger }),
	});
	registries.push(registry);
	return registry;
};
let projects = 0;
const project = (): string => `transforms_${projects++}`;

const definitions = (
	transform: string,
	features = "offer: float64, label: string, base: { type: float64, expression: request.surge * 2.0 }",
) => `
entities: { driver: { joinKeys: { driver: string } } }
sources: { trips: { push: {}, eventTime: at, columns: { driver: string, at: timestamp, rating: float64, trips: int64 } } }
views:
  driver_trips: { entities: [driver], source: trips, features: { rating: float64, trips: int64 } }
  driver_offer:
    kind: on-demand
    inputs: { request: { surge: float64 }, views: [driver_trips] }
    transform: ${transform}
    features: { ${features} }
  twice:
    kind: on-demand
    inputs: { views: [driver_offer] }
    features: { doubled: { type: float64, expression: "driver_offer.offer * 2.0" } }
`;

const offer = `
interface Inputs { request: { surge: number | null }; driver_trips: { rating: number | null; trips: bigint | null } }
export function offer({ request, driver_trips }: Inputs) {
	if (driver_trips.rating === -1) throw new Error("secret details");
	if (driver_trips.rating === -2) return { offer: "much" };
	if (driver_trips.rating === -3) return { offre: 1 };
	if (driver_trips.rating === -4) return Promise.resolve({});
	return { offer: driver_trips.rating === null ? null : driver_trips.rating * (request.surge ?? 1), label: \`\${driver_trips.trips} trips\` };
}
export const other = 5;
`;

/** What the plan of a read makes of stored rows. */
async function evaluate(registry: Registry, name: string, features: string[], ratings: readonly Value[]) {
	const snapshot = await registry.snapshot(name);
	const selection = resolveSelection(snapshot, { features }, [], { fullFeatureNames: true, versions: "current" });
	const columns = new Map<string, readonly Value[]>([["surge", ratings.map(() => 1.5)]]);
	const batch = selection.batch.map((read) => ({
		features: read.features.map((feature) => (feature === "rating" ? ratings : ratings.map(() => 3n))),
		statuses: ratings.map(() => "PRESENT" as const),
		eventTimes: ratings.map(() => 0n),
	}));
	return evaluateSelection(selection, ratings.length, batch, columns, null);
}

describe("a function of a trusted file", () => {
	it("makes features, typed, beside expressions and below other views; a failure is one value's", async () => {
		await writeFile(join(folder, "more", "offers.ts"), offer);
		const registry = await open(folder);
		const name = project();
		await applyText(registry, definitions("./more/offers.ts#offer"), { project: name });
		const read = ["driver_offer:*", "twice:doubled"];
		const [made, label, base, doubled] = await evaluate(registry, name, read, [4, null, -1, -2, -3, -4]);
		expect(made?.values).toEqual([6, null, null, null, null, null]);
		expect(made?.statuses).toEqual(["PRESENT", "NULL_VALUE", "ERROR", "ERROR", "ERROR", "ERROR"]);
		expect(made?.failures.map(({ message }) => message)).toEqual([
			"The function more/offers.ts#offer failed.",
			"The function made the string much, which is no float64.",
			'The function made "offre", which is none of its features.',
			"The function is asynchronous: it must return its features at once.",
		]);
		expect(label?.values.slice(0, 2)).toEqual(["3 trips", "3 trips"]);
		expect(base?.values).toEqual([3, 3, 3, 3, 3, 3]);
		expect(doubled?.values.slice(0, 3)).toEqual([12, null, null]);
		expect(told).toEqual(["The function of a view failed"]);
		expect(stacks[0]).toMatch(/^Error: secret details\n {4}at offer \(more\/offers\.ts:4:\d+\)\n/);
	});

	it("is refused by the name of its file where it imports another", async () => {
		await writeFile(join(folder, "imports.ts"), `import "./more/offers.ts";\n${offer}`);
		const refused = applyText(await open(folder), definitions("./imports.ts#offer"), { project: project() });
		await expect(refused).rejects.toMatchObject({
			errors: [{ code: "DEFINITION_INVALID", message: expect.stringMatching(/from "imports\.ts"/) as string }],
		});
		await expect(refused).rejects.not.toThrow("base64");
	});

	it("is found in the project's own folder alone, where each project has one", async () => {
		const [own, other] = [project(), project()];
		const text = "export const offer = () => ({ offer: 7 });";
		for (const name of [own, other]) await mkdir(join(folder, name), { recursive: true });
		for (const path of ["everyones.ts", join(other, "theirs.ts"), join(own, "mine.ts")]) {
			await writeFile(join(folder, path), text);
		}
		await symlink(join(folder, other, "theirs.ts"), join(folder, own, "borrowed.ts"));
		const registry = await open(folder, true);
		await applyText(registry, definitions("./mine.ts#offer"), { project: own });
		const [made] = await evaluate(registry, own, ["driver_offer:offer"], [1]);
		expect(made?.values).toEqual([7]);
		for (const path of ["everyones.ts", `${other}/theirs.ts`, "theirs.ts", "borrowed.ts"]) {
			await expect(applyText(registry, definitions(`${path}#offer`), { project: own })).rejects.toMatchObject({
				errors: [{ code: "UNREADABLE_FILE", hint: expect.stringContaining(`the folder \`${own}\``) as string }],
			});
		}
	});

	it("makes a new version when its content changes, and the old one is found wherever its content lies", async () => {
		const name = project();
		const registry = await open(folder);
		const file = join(folder, "versions.ts");
		const text = (factor: number) => `export const offer = () => ({ offer: ${factor} });`;
		const apply = () => applyText(registry, definitions("versions.ts#offer"), { project: name });
		await writeFile(file, text(1));
		await apply();
		expect((await apply()).plan.changes).toEqual([]);
		await writeFile(file, text(2));
		const { plan } = await apply();
		expect(plan.changes.map((change) => change.name)).toEqual(["driver_offer", "twice"]);
		/** Of the second version and the first. */
		const both = async (of: Registry): Promise<Value[]> => {
			const references = ["driver_offer:offer", "driver_offer@1:offer"];
			const columns = await Promise.all(references.map((reference) => evaluate(of, name, [reference], [1])));
			return columns.map(([column]) => column?.values[0] ?? column?.statuses[0] ?? null);
		};
		// Loaded already: a file that changes under a process that runs changes nothing there.
		expect(await both(registry)).toEqual([2, 1]);
		const other = await open(folder);
		expect(await both(other)).toEqual([2, "ERROR"]);
		await writeFile(join(folder, "more", "versions-1.ts"), text(1));
		const third = await open(folder);
		expect(await both(third)).toEqual([2, 1]);
		const off = await open(null);
		expect(await both(off)).toEqual(["ERROR", "ERROR"]);
	});

	it.each([
		["../outside.ts#offer", "DEFINITION_INVALID"],
		["/etc/passwd.ts#offer", "DEFINITION_INVALID"],
		["./more/../../outside.ts#offer", "DEFINITION_INVALID"],
		["./more/offers.ts", "DEFINITION_INVALID"],
		["./linked.ts#offer", "UNREADABLE_FILE"],
		["./missing.ts#offer", "UNREADABLE_FILE"],
		["./more/offers.ts#ofer", "DEFINITION_INVALID"],
		["./more/offers.ts#other", "DEFINITION_INVALID"],
		["./imports.ts#offer", "DEFINITION_INVALID"],
		["./syntax.ts#offer", "DEFINITION_INVALID"],
	])("%s is refused: %s", async (transform, code) => {
		await writeFile(join(folder, "more", "offers.ts"), offer);
		await writeFile(join(folder, "imports.ts"), 'import "./more/offers.ts";\nexport const offer = () => ({});');
		await writeFile(join(folder, "syntax.ts"), "export const offer = ");
		const registry = await open(folder);
		await expect(applyText(registry, definitions(transform), { project: project() })).rejects.toMatchObject({
			errors: [{ code, line: 9 }],
		});
	});

	it("is switched off unless a folder is trusted; and a feature has an expression or a function", async () => {
		const registry = await open(null);
		const apply = (text: string) => applyText(registry, text, { project: project() });
		await expect(apply(definitions("./more/offers.ts#offer"))).rejects.toMatchObject({
			errors: [{ code: "UNSUPPORTED", hint: expect.stringContaining("FEATUREGRAPH_TRANSFORMS") as string }],
		});
		const none = definitions("x", "offer: float64").replace(/\n {4}transform: x/, "");
		await expect(apply(none)).rejects.toMatchObject({
			errors: [{ code: "DEFINITION_INVALID", name: "features.offer.expression" }],
		});
	});
});
