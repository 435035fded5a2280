import { CreateStreamCommand, KinesisClient, PutRecordCommand } from "@warrenmq/client-kinesis";
import { startBroker, uniqueName } from "@warrenmq/testing";
import type { Broker } from "@warrenmq/testing";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { readShard, textOf } from "../support/kinesis.ts";
import { temporaryFile } from "../support/temporary-file.ts";
import { TRANSPORTS } from "../support/transports.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker({ plugins: ["rabbitmq_stream"], tls: true });
});
afterAll(() => broker.stop());

test.each(TRANSPORTS)(
  "over %s, the authority that the AMQP address names counts for the stream port too",
  async (transport) => {
    const { url = "", streamUrl = "", ca = "" } = broker.tls ?? {};
    const file = await temporaryFile("ca.pem", ca);
    const client = new KinesisClient({
      rabbitmq: {
        url: `${url}?cacertfile=${encodeURIComponent(file)}`,
        streams: { transport, port: Number(new URL(streamUrl).port) },
      },
    });
    onTestFinished(() => client.destroy());
    const StreamName = uniqueName("tls");
    await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    await client.send(new PutRecordCommand({ StreamName, PartitionKey: "a", Data: Buffer.from("secret") }));
    const records = await readShard(client, StreamName, "0");
    expect(records.map((record) => textOf(record))).toEqual(["secret"]);
  },
);
