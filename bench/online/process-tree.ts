import { readdir, readFile } from "node:fs/promises";
import { cpuMicrosOf, type ServerProcess } from "./server-process.ts";

/** A server whose processor time is that of all its processes. */
export function withChildren(server: ServerProcess): ServerProcess {
	return {
		...server,
		async cpuMicros() {
			const times = await Promise.all((await treeOf(server.pid)).map(cpuMicrosOf));
			return times.reduce((sum, micros) => sum + micros, 0);
		},
	};
}

async function treeOf(pid: number): Promise<number[]> {
	const threads = await readdir(`/proc/${pid}/task`);
	const lists = await Promise.all(threads.map((id) => readFile(`/proc/${pid}/task/${id}/children`, "utf8")));
	const children = lists.flatMap((list) => list.split(" ").filter(Boolean).map(Number));
	return [pid, ...(await Promise.all(children.map(treeOf))).flat()];
}
