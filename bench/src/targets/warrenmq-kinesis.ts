import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { kinesisTarget } from "./kinesis-target.ts";
import type { Endpoint, Target } from "./target.ts";

/** How the records of shards travel, and what the target is called. */
const TRANSPORTS = { kinesis: "auto", "kinesis-amqp": "amqp", "kinesis-stream": "stream" } as const;
const PACKAGE: string = "@warrenmq/client-kinesis";

/** WarrenMQ's Kinesis on each transport. */
export const warrenmqKinesisTargets: readonly Target[] = Object.entries(TRANSPORTS).map(([name, transport]) =>
  kinesisTarget(
    {
      name,
      title: `@warrenmq/client-kinesis, transport ${transport}`,
      needs: transport === "stream" ? ["amqpUrl", "streamUrl"] : ["amqpUrl"],
      readings: ["poll", "push"],
      canReshard: true,
    },
    (endpoint) => openClient(endpoint, transport),
  ),
);

/** Whether `@warrenmq/client-kinesis` is installed. */
export async function isKinesisInstalled(): Promise<boolean> {
  return import(PACKAGE).then(
    () => true,
    () => false,
  );
}

/** WarrenMQ's client on AMQP, for looking at what there is. @throws Error when the package is not installed */
export function openKinesisClient(amqpUrl: string): Promise<KinesisClient> {
  return openClient({ amqpUrl }, "amqp");
}

interface KinesisPackage {
  readonly KinesisClient: new (config: object) => KinesisClient;
}

async function openClient({ amqpUrl, streamUrl, streamAddress }: Endpoint, transport: string): Promise<KinesisClient> {
  const loaded: KinesisPackage = await import(PACKAGE);
  const streams = {
    transport,
    ...(streamUrl === undefined ? {} : { url: streamUrl }),
    ...(streamAddress === undefined ? {} : { addressResolver: streamAddress }),
  };
  return new loaded.KinesisClient({ rabbitmq: { url: amqpUrl, streams } });
}
