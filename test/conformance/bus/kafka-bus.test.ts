import { Kafka, logLevel } from "kafkajs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { connectKafkaBus } from "../../../stores/bus/kafka-bus.ts";
import { kafkaServer, startKafka, type TestKafka } from "../../support/kafka.ts";
import { silentLogger } from "../../support/silent-logger.ts";
import { busSuite } from "./bus-suite.ts";

describe.skipIf(kafkaServer.missing)(`kafka${kafkaServer.reason}`, () => {
	let kafka: TestKafka;

	beforeAll(async () => {
		kafka = await startKafka();
	});

	afterAll(() => kafka?.stop());

	// The broker is as fresh as can be: the suite's connections meet coordinators that are still loading.
	busSuite({
		connect: (logger) => connectKafkaBus({ brokers: kafka.brokers, logger }),
		shared: true,
		splits: false,
	});

	test("a process leaves no consumer group behind", async () => {
		const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
		await admin.connect();
		const topic = "groups.of.one.test";
		const groups = async () => (await admin.listGroups()).groups.filter(({ groupId }) => groupId.startsWith(topic));
		const bus = await connectKafkaBus({ brokers: kafka.brokers, logger: silentLogger, topic });
		expect(await groups()).toHaveLength(1);
		await bus.close();
		expect(await groups()).toEqual([]);
		await admin.disconnect();
	});

	test("a broker that was killed and starts again is connected again", async () => {
		const options = { brokers: kafka.brokers, logger: silentLogger };
		const [bus, other] = await Promise.all([connectKafkaBus(options), connectKafkaBus(options)]);
		const runIds = new Set<string>();
		await other.subscribe("run", ({ runId }) => runIds.add(runId));
		await kafka.restart();
		await vi.waitFor(
			async () => {
				await bus.publish({ topic: "run", runId: "after the restart" });
				expect(runIds).toContain("after the restart");
			},
			{ timeout: 40_000, interval: 500 },
		);
		await bus.ping();
		await Promise.all([bus.close(), other.close()]);
	});

	test("several processes may start at once on a broker without the topic", async () => {
		const options = { brokers: kafka.brokers, logger: silentLogger, topic: "made.by.three" };
		const buses = await Promise.all([connectKafkaBus(options), connectKafkaBus(options), connectKafkaBus(options)]);
		await Promise.all(buses.map((bus) => bus.close()));
	});
});
