import { createRequire } from "node:module";
import { inspect } from "node:util";
import {
  Kinesis as AwsKinesis,
  KinesisClient as AwsKinesisClient,
  ListStreamsCommand,
  PutRecordCommand,
} from "@aws-sdk/client-kinesis";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import * as ours from "./index.ts";
import type { KinesisClientConfig } from "./index.ts";
import { operations } from "./operations/index.ts";

const { Kinesis, KinesisClient, paginateListStreams } = ours;

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("KinesisClient", () => {
  it("is AWS's, by class, name and type", () => {
    const client = new KinesisClient();
    expect(client).toBeInstanceOf(AwsKinesisClient);
    expect(KinesisClient.name).toBe("KinesisClient");
    expectTypeOf(client).toExtend<AwsKinesisClient>();
    expectTypeOf<ConstructorParameters<typeof AwsKinesisClient>[0]>().toExtend<KinesisClientConfig | undefined>();
  });

  it("inherits send, which tracers and mocks replace", () => {
    expect(Object.hasOwn(KinesisClient.prototype, "send")).toBe(false);
    expect(Reflect.get(new KinesisClient(), "send")).toBe(Reflect.get(AwsKinesisClient.prototype, "send"));
  });

  it("is constructed and destroyed without a broker, a region or credentials", async () => {
    for (const name of ["RABBITMQ_URL", "AWS_REGION", "AWS_DEFAULT_REGION"]) vi.stubEnv(name, undefined);
    const client = new KinesisClient({});
    await expect(client.config.region()).resolves.toBe("us-east-1");
    expect(() => client.destroy()).not.toThrow();
    expect(() => client.destroy()).not.toThrow();
  });

  it("keeps its own options out of the SDK's configuration", () => {
    const url = "amqp://user:secret@broker";
    const client = new KinesisClient({ rabbitmq: { url }, batchFrames: false, keepHours: 24 });
    for (const option of ["rabbitmq", "batchFrames", "keepHours"]) expect(client.config).not.toHaveProperty(option);
    expect(inspect(client, { depth: 5 })).not.toContain("secret");
  });

  it("answers every operation of the SDK: served, or refused by name", () => {
    const commands = Object.keys(ours).filter((name) => /^[A-Z].*Command$/u.test(name) && name !== "$Command");
    expect(
      Object.keys(operations)
        .map((name) => `${name}Command`)
        .toSorted(),
    ).toEqual(commands.toSorted());
    expect(commands).toHaveLength(45);
  });

  it("can be mocked with aws-sdk-client-mock, and is accepted by AWS's paginators", async () => {
    const client = new KinesisClient();
    const mock = mockClient(client);
    mock.on(PutRecordCommand).resolves({ SequenceNumber: "1" });
    const put = new PutRecordCommand({ StreamName: "s", PartitionKey: "a", Data: Buffer.alloc(0) });
    await expect(client.send(put)).resolves.toEqual({ SequenceNumber: "1" });
    mock.on(ListStreamsCommand).resolvesOnce({ StreamNames: ["a"], HasMoreStreams: true, NextToken: "1" });
    mock.on(ListStreamsCommand, { NextToken: "1" }).resolves({ StreamNames: ["b"], HasMoreStreams: false });
    const pages: unknown[] = [];
    for await (const page of paginateListStreams({ client }, {})) pages.push(page.StreamNames);
    expect(pages).toEqual([["a"], ["b"]]);
    mock.restore();
  });
});

describe("Kinesis, the aggregated class", () => {
  it("has every method of AWS's, and sends through send", async () => {
    const kinesis = new Kinesis();
    expect(kinesis).toBeInstanceOf(KinesisClient);
    expect(Kinesis.name).toBe("Kinesis");
    for (const method of Object.keys(AwsKinesis.prototype))
      expect(typeof Reflect.get(kinesis, method)).toBe("function");
    expectTypeOf(kinesis).toExtend<AwsKinesis>();
    const mock = mockClient(kinesis);
    mock.on(PutRecordCommand).resolves({ SequenceNumber: "1" });
    const input = { StreamName: "s", PartitionKey: "a", Data: Buffer.alloc(0) };
    await expect(kinesis.putRecord(input)).resolves.toEqual({ SequenceNumber: "1" });
    mock.restore();
  });
});

describe("the package", () => {
  const require = createRequire(import.meta.url);
  // The built package by its own name, as an application gets it.
  const commonJs: Record<string, unknown> = require("@warrenmq/client-kinesis");

  it.each([
    ["ESM", ours as Record<string, unknown>],
    ["CommonJS", commonJs],
  ])("exports all that AWS's does in %s, with its own client in place of AWS's", (_format, exported) => {
    const aws: Record<string, unknown> = require("@aws-sdk/client-kinesis");
    expect(Object.keys(exported)).toEqual(expect.arrayContaining(Object.keys(aws)));
    const replaced = Object.keys(aws).filter((name) => exported[name] !== aws[name]);
    expect(replaced.toSorted()).toEqual(["Kinesis", "KinesisClient"]);
  });
});
