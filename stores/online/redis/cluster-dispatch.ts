/** One command per slot, as one pipeline per node of a cluster, all nodes at once. */
import type { ChainableCommander, Cluster, Redis } from "ioredis";
import { keySlot } from "./key-slot.ts";

/** Keys of one slot, by position. */
export interface SlotGroup {
	readonly slot: number;
	readonly positions: number[];
}

export interface Grouping {
	/** Keys of one command. */
	readonly mostKeys: number;
	/** Bytes of one command, where they are worth counting; one key at least. */
	readonly bytes?: { readonly of: (position: number) => number; readonly most: number };
}

/** What one command of a cluster may hold: keys of one slot, within the limits. */
export function groupBySlot(keys: readonly Uint8Array[], { mostKeys, bytes }: Grouping): SlotGroup[] {
	const groups: SlotGroup[] = [];
	const open = new Map<number, { readonly group: SlotGroup; bytes: number }>();
	for (let position = 0; position < keys.length; position++) {
		const slot = keySlot(keys[position] as Uint8Array);
		const size = bytes?.of(position) ?? 0;
		let last = open.get(slot);
		if (
			last === undefined ||
			last.group.positions.length === mostKeys ||
			(bytes !== undefined && last.bytes + size > bytes.most)
		) {
			last = { group: { slot, positions: [] }, bytes: 0 };
			open.set(slot, last);
			groups.push(last.group);
		}
		last.group.positions.push(position);
		last.bytes += size;
	}
	return groups;
}

/** Whom to ask first, and whom when that one cannot answer: who holds the slot, or one who copies it. */
export type Preference = readonly ("primary" | "replica")[];

/** What is asked of the nodes, and what becomes of the answers. */
export interface SlotCommand {
	/** Before `alone`: the client has to know the nodes. */
	ready(): Promise<void> | undefined;
	/** What a node has to know first. */
	prepare?(node: Redis): Promise<void> | undefined;
	/** Adds the command for keys of one slot to a pipeline. */
	add(pipeline: ChainableCommander, positions: readonly number[]): void;
	/** The same for one key alone, through the client of the cluster, which follows redirections. */
	alone(position: number): Promise<unknown>;
	take(positions: readonly number[], reply: unknown): void;
}

/**
 * Sends each group to the node that the client believes to hold it. What is elsewhere by now (a slot has moved or moves,
 * a node is gone) is asked for again, key by key, so that the two halves of a slot that moves are both found.
 * Rejects with the first error that says something else.
 */
export async function dispatch(
	cluster: Cluster,
	groups: readonly SlotGroup[],
	preference: Preference,
	command: SlotCommand,
): Promise<void> {
	let left = groups;
	for (const role of preference) {
		if (left.length > 0) left = await askNodes(cluster, left, role, command);
	}
	if (left.length > 0) await command.ready();
	await Promise.all(
		left.flatMap(({ positions }) =>
			positions.map(async (position) => command.take([position], await command.alone(position))),
		),
	);
}

/** Groups that could not be answered there. */
async function askNodes(
	cluster: Cluster,
	groups: readonly SlotGroup[],
	role: Preference[number],
	{ prepare, add, take }: SlotCommand,
): Promise<readonly SlotGroup[]> {
	const connected = new Map(cluster.nodes().map((node) => [`${node.options.host}:${node.options.port}`, node]));
	const turn = Math.random();
	const elsewhere: SlotGroup[] = [];
	const byNode = new Map<Redis, SlotGroup[]>();
	for (const group of groups) {
		const [primary, ...replicas] = cluster.slots[group.slot] ?? [];
		const holder = role === "primary" ? primary : replicas[Math.floor(turn * replicas.length)];
		const node = holder === undefined ? undefined : connected.get(holder);
		if (node === undefined) {
			elsewhere.push(group);
			continue;
		}
		const present = byNode.get(node);
		if (present === undefined) byNode.set(node, [group]);
		else present.push(group);
	}
	await Promise.all(
		[...byNode].map(async ([node, ofNode]) => {
			try {
				await prepare?.(node);
			} catch (error) {
				if (!(error instanceof Error) || !mayBeElsewhere(error)) throw error;
				elsewhere.push(...ofNode);
				return;
			}
			const pipeline = node.pipeline();
			for (const { positions } of ofNode) add(pipeline, positions);
			const replies = (await pipeline.exec()) ?? [];
			for (const [i, group] of ofNode.entries()) {
				const [error, reply] = replies[i] ?? [null, null];
				if (error === null) take(group.positions, reply);
				else if (mayBeElsewhere(error)) elsewhere.push(group);
				else throw error;
			}
		}),
	);
	return elsewhere;
}

/** Replies of a node that does not hold the keys, or not now; NOSCRIPT of one that has not seen the script yet. */
const redirections = /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|LOADING|READONLY|MASTERDOWN|NOSCRIPT)\b/;

/** Not so after a timeout: the time is over. */
const mayBeElsewhere = (error: Error): boolean =>
	error.name === "ReplyError" ? redirections.test(error.message) : error.message !== "Command timed out";
