/**
 * The main job on real input: `npm run demo`, or `npm run demo -- --exit` to end when it is done. `--config FILE` names
 * another file of settings than featuregraph.yaml.
 * Every figure that it prints comes from this run.
 */
import { join } from "node:path";
import pc from "picocolors";
import { startAllInOne } from "../../../app/all-in-one.ts";
import { printStartupFailure } from "../../../app/startup-failure.ts";
import { stopOnSignals } from "../../../app/stop-on-signals.ts";
import type { Connection } from "../../../cli/client/connection.ts";
import { download } from "../../../cli/client/files.ts";
import { RequestFailed } from "../../../cli/client/request-failed.ts";
import { readDefinitionFiles } from "../../../cli/input/definition-files.ts";
import { requestApply } from "../../../cli/operations/definitions.ts";
import { reportFailure } from "../../../cli/output/failure.ts";
import { type DemoSettings, readSettings } from "./demo-settings.ts";
import { prepareFlights } from "./flights-file.ts";
import { predict } from "./model/ridge.ts";
import { count, fact, heading, seconds, timed } from "./report.ts";
import { drawDepartures } from "./steps/draw-departures.ts";
import { nextFlight, readServiceFeatures, readTypedFeatures, serviceQuery, typedQuery } from "./steps/read-online.ts";
import { refreshViews } from "./steps/refresh-views.ts";
import { registerModel } from "./steps/register-model.ts";
import { type TrainedModel, trainModel } from "./steps/train-model.ts";
import { alertsSubscription, watchFreshness } from "./steps/watch-freshness.ts";

const definitionsFolder = "examples/flights/definitions";
const views = ["airport_delays", "airport_day", "route_delays"];

const { configuration, exit } = settingsOrEnd();
const begin = performance.now();

const flights = await timed(prepareFlights);
heading(0, "Three million real flights");
fact(
	`${count(flights.result.flightCount)} flights of 2001, moved by ${flights.result.shiftDays.toFixed(1)} days so that the data ends now ` +
		`(last departure ${flights.result.lastDeparture} UTC) ${pc.dim(flights.result.reused ? "from an earlier start" : seconds(flights.ms))}`,
);

const started = await timed(() => startAllInOne(configuration).catch(endUnstarted));
const server = started.result;
const ended = stopOnSignals(server.stop, server.stopped);
fact(`the whole system runs in this process: ${server.url} ${pc.dim(seconds(started.ms))}`);
const connection: Connection = { url: server.url, token: undefined, project: "default", json: false };

try {
	await mainJob();
	if (exit) await server.stop();
	else keepServing();
	await ended;
} catch (error) {
	process.exitCode = reportFailure(error, false);
	await server.stop();
}

function settingsOrEnd(): DemoSettings {
	try {
		return readSettings(process.argv.slice(2));
	} catch (error) {
		return endUnstarted(error);
	}
}

function endUnstarted(error: unknown): never {
	if (error instanceof RequestFailed) reportFailure(error, false);
	else printStartupFailure(error);
	process.exit(1);
}

async function mainJob(): Promise<void> {
	heading(1, "Definitions");
	const applied = await timed(async () =>
		requestApply(connection, await readDefinitionFiles(definitionsFolder), { allowDelete: false }),
	);
	const { plan, registryVersion } = applied.result;
	fact(
		`${plan.created} created, ${plan.updated} updated: registry version ${registryVersion} ${pc.dim(seconds(applied.ms))}`,
	);

	heading(2, "A point-in-time correct training set");
	const drawn = await timed(() => drawDepartures(connection, flights.result.lastDeparture));
	const trainingSet = drawn.result;
	const file = join(configuration.home, "demo-training-set.parquet");
	await download(connection, trainingSet.url ?? "", file);
	fact(
		`${count(trainingSet.rowCount ?? 0)} label flights, ${count(trainingSet.byteCount ?? 0)} bytes of Parquet in ${file} ${pc.dim(seconds(drawn.ms))}`,
	);

	heading(3, "The latest values, online");
	const materialized = await timed(() => refreshViews(connection, views));
	fact(`${count(materialized.result.rowsWritten)} values written ${pc.dim(seconds(materialized.ms))}`);
	const typed = await timed(() => readTypedFeatures(connection));
	const { ORD, JFK, route } = typed.result;
	for (const [airport, { features }] of Object.entries({ ORD, JFK })) {
		const { delayMean1h, flights1h } = features.airportDelays;
		fact(
			`${airport}: ${minutes(delayMean1h)} mean delay of ${flights1h ?? "no"} arrivals in the last hour, ${minutes(features.airportDay.delayMean24h)} over the day`,
		);
	}
	fact(`ORD to SFO: ${minutes(route.features.routeDelays.routeDelayMean7d)} over the week`);
	fact(pc.dim(`typed fields of three entities, one query: ${typed.ms.toFixed(1)} ms with HTTP`));

	heading(4, "A model on them");
	const trained = await timed(() => trainModel(file));
	tellScore(trained.result);
	const registered = await registerModel(connection, trainingSet.id, describeModel(trained.result));
	fact(
		`registered as version ${registered.version}, pinned to ${registered.featureService.name}@${registered.featureService.version} ` +
			`and training set ${registered.trainingSet.contentHash.slice(0, 12)} ${pc.dim(seconds(trained.ms))}`,
	);
	const online = await readServiceFeatures(connection);
	const row = trained.result.model.features.map((name) => online.get(name) ?? null);
	fact(
		`${nextFlight.origin} to ${nextFlight.destination}, departing now: ${minutes(predict(trained.result.model, row))} late, from online features`,
	);

	heading(5, "A view falls behind");
	fact("nobody refreshes airport_delays (SLA 20 s); waiting for the alert on a subscription …");
	await watchFreshness(connection, fact, async () => {
		const refreshed = await timed(() => refreshViews(connection, ["airport_delays"]));
		fact(`refreshed: ${count(refreshed.result.rowsWritten)} values written ${pc.dim(seconds(refreshed.ms))}`);
	});
	process.stdout.write(`\n${pc.green("Done")} in ${seconds(performance.now() - begin)}.\n`);
}

function tellScore({ trainingRows, testRows, score, meanDelay }: TrainedModel): void {
	fact(`ridge regression on ${count(trainingRows)} flights, scored on the ${count(testRows)} of the last three days`);
	fact(
		`error ${score.rmse.toFixed(2)} min (RMSE), against ${score.baselineRmse.toFixed(2)} min for the mean delay of ${meanDelay.toFixed(1)} min: ` +
			`${(score.skill * 100).toFixed(1)} % of the squared error explained, correlation ${score.correlation.toFixed(2)}`,
	);
}

function describeModel({ score, trainingRows }: TrainedModel): string {
	return `Ridge regression on ${trainingRows} flights; RMSE ${score.rmse.toFixed(2)} min, baseline ${score.baselineRmse.toFixed(2)} min.`;
}

function minutes(value: number | null): string {
	return value === null ? "no value" : `${value.toFixed(1)} min`;
}

function keepServing(): void {
	process.stdout.write(`
${pc.bold("It keeps serving.")} GraphiQL: ${pc.cyan(`${server.url}/graphql`)}   Ctrl-C ends it.
Three queries to paste:

${pc.dim("# 1. features as typed fields of entities")}
${typedQuery}

${pc.dim("# 2. what a model reads, for one flight (variables below)")}
${serviceQuery}
${pc.dim("# variables:")} ${JSON.stringify({ flight: nextFlight })}

${pc.dim("# 3. alerts as they happen; `npx featuregraph materialize airport_delays --incremental` resolves this one again")}
${alertsSubscription}
`);
}
