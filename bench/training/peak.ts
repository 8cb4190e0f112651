/** A process of its own that draws one training set from files, as a server would, and tells the most memory that it ever held. */
import { readFileSync } from "node:fs";
import { Pool } from "pg";
import { viewOf } from "./data.ts";
import { drawSet, openOurs } from "./ours.ts";

const [folder = "", rows = "", labels = "", featureCount = "20"] = process.argv.slice(2);
const features = Array.from({ length: Number(featureCount) }, (_, f) => `f${f}`);
const pool = new Pool();
const began = performance.now();
await drawSet(
	openOurs(folder, pool),
	labels,
	[viewOf("wide", { kind: "parquet", path: rows }, features)],
	`${folder}/peak.parquet`,
);
const kilobytes = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
process.stdout.write(
	`${JSON.stringify({ peakMB: Math.round(kilobytes / 1024), ms: Math.round(performance.now() - began) })}\n`,
);
await pool.end();
