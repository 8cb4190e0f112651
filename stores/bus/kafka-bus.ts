import { randomUUID } from "node:crypto";
import { type Admin, type Consumer, Kafka, logLevel, Partitioners, type Producer } from "kafkajs";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Bus } from "../../core/ports/bus.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { boundedPublish } from "./bounded-publish.ts";
import { ConnectionState } from "./connection-state.ts";
import { decodeEvent, encodeEvent } from "./encoding.ts";
import { kafkaLog } from "./kafka-log.ts";
import { createListeners, type Listeners } from "./listeners.ts";

export interface KafkaBusOptions {
	/** `host:port` each. */
	readonly brokers: readonly string[];
	readonly logger: Logger;
	readonly topic?: string;
}

/** Below the megabyte that a broker takes by default. */
const messageBytes = 900_000;
/** After so long, a consumer that cannot join is not waited for any more. */
const joinWithinMs = 30_000;
/** Nobody reads older events: a process starts at the end of the topic. */
const retentionMs = 60 * 60 * 1000;

/**
 * A bus over one topic of one partition. Every process is a consumer group of its own, so that each gets every event
 * from the moment it connected.
 */
export async function connectKafkaBus(options: KafkaBusOptions): Promise<Bus> {
	const { brokers, logger, topic = "featuregraph.events" } = options;
	const kafka = new Kafka({
		clientId: "featuregraph",
		brokers: [...brokers],
		connectionTimeout: 5000,
		logLevel: logLevel.WARN,
		logCreator: kafkaLog(logger),
		retry: { initialRetryTime: 100, maxRetryTime: 2000, retries: 10 },
	});
	const groupId = `${topic}.${randomUUID()}`;
	const admin = kafka.admin({ retry: { retries: 5 } });
	const producer = kafka.producer({
		createPartitioner: Partitioners.DefaultPartitioner,
		allowAutoTopicCreation: false,
	});
	const consumer = kafka.consumer({
		groupId,
		allowAutoTopicCreation: false,
		maxWaitTimeInMs: 500,
		// After an outage the group waits as long for the member that we were before.
		sessionTimeout: 10_000,
		rebalanceTimeout: 10_000,
		heartbeatInterval: 3000,
	});
	const listeners = createListeners(logger);
	const state = new ConnectionState(false);
	const publish = boundedPublish(
		(event) => send(producer, { topic, by: groupId }, encodeEvent(event, messageBytes)),
		logger,
	);
	let closed = false;

	const disconnect = async (): Promise<void> => {
		await Promise.allSettled([consumer.disconnect(), producer.disconnect()]);
		await admin.deleteGroups([groupId]).catch(() => undefined);
		await admin.disconnect().catch(() => undefined);
	};

	try {
		await Promise.all([admin.connect(), producer.connect(), consumer.connect()]);
		await ensureTopic(admin, topic);
		await listenFromNow({ admin, consumer, topic, by: groupId, listeners });
		// Whoever has been out of its group for a while goes on at the end of the topic.
		const { GROUP_JOIN, CRASH, DISCONNECT, REBALANCING, STOP } = consumer.events;
		for (const event of [CRASH, DISCONNECT, REBALANCING, STOP]) consumer.on(event, () => state.set(false));
		consumer.on(GROUP_JOIN, () => state.set(true));
		state.set(true);
	} catch (error) {
		await disconnect();
		const message = `Kafka does not answer at ${brokers.join(", ")}.`;
		throw new FeaturegraphError("STORE_UNAVAILABLE", message, {}, { cause: error });
	}

	return {
		name: "kafka",
		async publish(event) {
			if (!closed) await publish(event);
		},
		async subscribe(name, listener) {
			if (closed) throw new FeaturegraphError("STORE_UNAVAILABLE", "The bus is closed.");
			const remove = listeners.add(name, listener);
			return async () => remove();
		},
		onConnection: (listener) => state.follow(listener),
		async ping() {
			try {
				await admin.fetchTopicOffsets(topic);
			} catch (error) {
				throw new FeaturegraphError("STORE_UNAVAILABLE", "Kafka does not answer.", {}, { cause: error });
			}
		},
		async close() {
			if (closed) return;
			closed = true;
			listeners.clear();
			await disconnect();
		},
	};
}

async function ensureTopic(admin: Admin, topic: string): Promise<void> {
	const configEntries = [{ name: "retention.ms", value: String(retentionMs) }];
	// False where it is there already, also where another process was faster.
	await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 1, configEntries }] });
}

/** Resolves when the consumer has its partitions, and reads on from where they ended before. */
async function listenFromNow({
	admin,
	consumer,
	topic,
	by,
	listeners,
}: {
	readonly admin: Admin;
	readonly consumer: Consumer;
	readonly topic: string;
	/** Who publishes here. */
	readonly by: string;
	readonly listeners: Listeners;
}): Promise<void> {
	const deadline = performance.now() + joinWithinMs;
	const joined = new Promise<void>((resolve, reject) => {
		consumer.on(consumer.events.GROUP_JOIN, () => resolve());
		// A coordinator that is still loading its groups ends the consumer, which then joins again by itself.
		consumer.on(consumer.events.CRASH, ({ payload }) => {
			if (!payload.restart || performance.now() > deadline) reject(payload.error);
		});
	});
	await consumer.subscribe({ topic, fromBeginning: false });
	// Without a stated offset it would start wherever the topic ends at its first fetch, some time after the join.
	const ends = await admin.fetchTopicOffsets(topic);
	const running = consumer.run({
		autoCommit: false,
		eachMessage: async ({ message }) => {
			const event = message.value === null ? null : decodeEvent(message.value.toString());
			if (event !== null) listeners.deliver(event, String(message.headers?.["by"]) === by);
		},
	});
	await Promise.all([running, joined]);
	for (const { partition, high } of ends) consumer.seek({ topic, partition, offset: high });
}

const send = (
	producer: Producer,
	{ topic, by }: { readonly topic: string; readonly by: string },
	messages: readonly string[],
): Promise<unknown> =>
	producer.send({ topic, acks: 1, messages: messages.map((value) => ({ value, headers: { by } })) });
