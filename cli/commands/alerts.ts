import { Command } from "commander";
import pc from "picocolors";
import { type Connection, connectionOf } from "../client/connection.ts";
import { request } from "../client/graphql.ts";
import { refuseUserErrors, type ServerError, userErrorFields } from "../client/request-failed.ts";
import { subscribe } from "../client/subscription.ts";
import { collect } from "../input/collect.ts";
import { printJson, printMessage, printTable } from "../output/data.ts";

interface Alert {
	readonly id: string;
	readonly kind: string;
	readonly state: string;
	readonly severity: string;
	readonly message: string;
	readonly startedAt: string;
}

interface AlertEvent {
	readonly cursor: string;
	readonly from: string | null;
	readonly to: string;
	readonly at: string;
	readonly alert: Alert;
}

const alertFields = "id kind state severity message value threshold startedAt updatedAt acknowledgedBy";

interface AlertsOptions {
	readonly follow: boolean;
	readonly after?: string;
	readonly state: readonly string[];
	readonly kind: readonly string[];
	readonly acknowledge?: string;
	readonly note?: string;
}

export const alertsCommand = () =>
	new Command("alerts")
		.description("Lists alerts, follows their transitions, acknowledges one.")
		.option("-f, --follow", "print every transition as it happens", false)
		.option("--after <cursor>", "with --follow: first replay what came after this cursor")
		.option("--state <state>", "only in this state (may be repeated)", collect, [])
		.option("--kind <kind>", "only of this kind (may be repeated)", collect, [])
		.option("--acknowledge <id>", "acknowledge this alert")
		.option("--note <text>", "with --acknowledge: why")
		.action(async (options: AlertsOptions, command: Command) => {
			const connection = connectionOf(command);
			if (options.acknowledge !== undefined) await acknowledge(connection, options.acknowledge, options.note);
			else if (options.follow) await follow(connection, options);
			else await list(connection, options);
		});

async function list(connection: Connection, options: AlertsOptions): Promise<void> {
	const { alerts } = await request<{ alerts: { edges: { node: Alert }[] } }>(
		connection,
		`query Alerts($project: String!, $kinds: [AlertKind!], $states: [AlertState!]) {
			alerts(project: $project, kinds: $kinds, states: $states, first: 100) { edges { node { ${alertFields} } } }
		}`,
		filtersOf(connection, options),
	);
	const nodes = alerts.edges.map((edge) => edge.node);
	if (connection.json) printJson(nodes);
	else {
		printTable(
			["ID", "KIND", "STATE", "SINCE", "MESSAGE"],
			nodes.map((alert) => [alert.id, alert.kind, colorState(alert.state), alert.startedAt, alert.message]),
		);
	}
}

async function follow(connection: Connection, options: AlertsOptions): Promise<void> {
	const stop = new AbortController();
	process.once("SIGINT", () => stop.abort());
	let after = options.after ?? null;
	const events = subscribe<{ alertEvents: AlertEvent }>(
		connection,
		`subscription Follow($project: String!, $kinds: [AlertKind!], $states: [AlertState!], $after: String) {
			alertEvents(project: $project, kinds: $kinds, states: $states, after: $after) {
				cursor from to at alert { ${alertFields} }
			}
		}`,
		() => ({ ...filtersOf(connection, options), after }),
		{ stop: stop.signal, opened: () => printMessage("Following alerts; Ctrl-C ends it.") },
	);
	for await (const { alertEvents: event } of events) {
		after = event.cursor;
		if (connection.json) process.stdout.write(`${JSON.stringify(event)}\n`);
		else {
			const transition = `${event.from ?? "NEW"} -> ${colorState(event.to)}`;
			process.stdout.write(
				`${event.at}  ${event.alert.kind}  ${transition}  ${event.alert.message}  ${pc.dim(event.cursor)}\n`,
			);
		}
	}
}

async function acknowledge(connection: Connection, id: string, note: string | undefined): Promise<void> {
	const { acknowledgeAlert } = await request<{ acknowledgeAlert: { alert: Alert; userErrors: ServerError[] } }>(
		connection,
		`mutation Acknowledge($id: ID!, $note: String) {
			acknowledgeAlert(id: $id, note: $note) { alert { ${alertFields} } ${userErrorFields} }
		}`,
		{ id, note: note ?? null },
	);
	refuseUserErrors(acknowledgeAlert.userErrors);
	if (connection.json) printJson(acknowledgeAlert.alert);
	else process.stdout.write(`Acknowledged: ${acknowledgeAlert.alert.message}\n`);
}

function filtersOf(connection: Connection, options: AlertsOptions): Record<string, unknown> {
	const upper = (list: readonly string[]) => (list.length === 0 ? null : list.map((item) => item.toUpperCase()));
	return { project: connection.project, kinds: upper(options.kind), states: upper(options.state) };
}

function colorState(state: string): string {
	if (state === "FIRING") return pc.red(state);
	if (state === "PENDING" || state === "ACKNOWLEDGED") return pc.yellow(state);
	return pc.green(state);
}
