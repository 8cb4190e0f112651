/** A process that plans something endless; tests end it. Prints the pid of the planner's process. */
import { defaultLimits } from "../../../gateway/limits.ts";
import { Planner } from "../../../gateway/plan/planner.ts";
import { silentLogger } from "../../support/silent-logger.ts";
import { bomb, question, supergraphSdl } from "./graph.ts";

const planner = new Planner({ ...defaultLimits, planMillis: 600_000 }, silentLogger);
const graph = await planner.load(supergraphSdl);
const endless = graph.plan(question(bomb(28)));
process.stdout.write(`${planner.pid}\n`);
await endless;
