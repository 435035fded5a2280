import { KinesisClient } from "@warrenmq/client-kinesis";
import { kinesisTarget } from "./kinesis-target.ts";
import type { Endpoint, Target } from "./target.ts";

/** How the records of shards travel, by what the target is called. */
const TRANSPORTS = {
  kinesis: "auto",
  "kinesis-amqp": "amqp",
  "kinesis-stream": "stream",
  "kinesis-npm": "rabbitmq-stream-js-client",
} as const;

/** WarrenMQ's Kinesis on each transport. */
export const warrenmqKinesisTargets: readonly Target[] = Object.entries(TRANSPORTS).map(([name, transport]) =>
  kinesisTarget(
    {
      name,
      title: `@warrenmq/client-kinesis, transport ${transport}`,
      needs: transport === "auto" || transport === "amqp" ? ["amqpUrl"] : ["amqpUrl", "streamUrl"],
      readings: ["poll", "push"],
      canReshard: true,
      // Its readers do not come back after a lost connection.
      canResume: transport !== "rabbitmq-stream-js-client",
    },
    (endpoint) => openClient(endpoint, transport),
  ),
);

type Transport = (typeof TRANSPORTS)[keyof typeof TRANSPORTS];

function openClient({ amqpUrl = "", streamUrl, streamAddress }: Endpoint, transport: Transport): KinesisClient {
  const streams = {
    transport,
    ...(streamUrl === undefined ? {} : { url: streamUrl }),
    ...(streamAddress === undefined ? {} : { addressResolver: streamAddress }),
  };
  return new KinesisClient({ rabbitmq: { url: amqpUrl, streams } });
}
