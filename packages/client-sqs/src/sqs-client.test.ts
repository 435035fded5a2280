import { createRequire } from "node:module";
import { inspect } from "node:util";
import { ListQueuesCommand, SendMessageCommand, SQS as AwsSQS, SQSClient as AwsSQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import * as ours from "./index.ts";
import type { SQSClientConfig } from "./index.ts";

const { paginateListQueues, SQS, SQSClient } = ours;

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("SQSClient", () => {
  it("is AWS's, by class, name and type", () => {
    const client = new SQSClient();
    expect(client).toBeInstanceOf(AwsSQSClient);
    expect(SQSClient.name).toBe("SQSClient");
    expectTypeOf(client).toExtend<AwsSQSClient>();
    expectTypeOf<ConstructorParameters<typeof AwsSQSClient>[0]>().toExtend<SQSClientConfig | undefined>();
  });

  it("inherits send, which tracers and mocks replace", () => {
    expect(Object.hasOwn(SQSClient.prototype, "send")).toBe(false);
    expect(Reflect.get(new SQSClient(), "send")).toBe(Reflect.get(AwsSQSClient.prototype, "send"));
  });

  it("is constructed and destroyed without a broker, a region or credentials", async () => {
    for (const name of ["RABBITMQ_URL", "AWS_REGION", "AWS_DEFAULT_REGION"]) vi.stubEnv(name, undefined);
    const client = new SQSClient({});
    await expect(client.config.region()).resolves.toBe("us-east-1");
    expect(() => client.destroy()).not.toThrow();
    expect(() => client.destroy()).not.toThrow();
  });

  it("takes the broker from its own option or from AWS's endpoint, not from both", () => {
    expect(() => new SQSClient({ rabbitmq: { url: "amqp://broker" } })).not.toThrow();
    expect(() => new SQSClient({ endpoint: "amqp://broker" })).not.toThrow();
    expect(() => new SQSClient({ endpoint: "amqp://broker", rabbitmq: { url: "amqp://other" } })).toThrow(
      "mutually exclusive",
    );
  });

  it("keeps its broker options out of the SDK's configuration", () => {
    const client = new SQSClient({ rabbitmq: { url: "amqp://user:secret@broker" } });
    expect(client.config).not.toHaveProperty("rabbitmq");
    expect(inspect(client, { depth: 5 })).not.toContain("secret");
  });

  it("can be mocked with aws-sdk-client-mock, as a class and as an instance", async () => {
    const byClass = mockClient(SQSClient);
    byClass.on(SendMessageCommand).resolves({ MessageId: "mocked" });
    const send = new SendMessageCommand({ QueueUrl: "q", MessageBody: "x" });
    await expect(new SQSClient().send(send)).resolves.toEqual({ MessageId: "mocked" });
    expect(byClass.commandCalls(SendMessageCommand)).toHaveLength(1);
    byClass.restore();

    const client = new SQSClient();
    const byInstance = mockClient(client);
    byInstance.on(ListQueuesCommand).callsFake(async (_input, getClient: () => AwsSQSClient) => ({
      QueueUrls: [await getClient().config.region()],
    }));
    await expect(client.send(new ListQueuesCommand({}))).resolves.toEqual({ QueueUrls: ["us-east-1"] });
    byInstance.restore();
  });

  it("is accepted by AWS's paginators", async () => {
    const client = new SQSClient();
    const mock = mockClient(client);
    mock.on(ListQueuesCommand, { NextToken: undefined }).resolves({ QueueUrls: ["a"], NextToken: "1" });
    mock.on(ListQueuesCommand, { NextToken: "1" }).resolves({ QueueUrls: ["b"] });
    const pages: unknown[] = [];
    for await (const page of paginateListQueues({ client }, {})) pages.push(page.QueueUrls);
    expect(pages).toEqual([["a"], ["b"]]);
    mock.restore();
  });
});

describe("SQS, the aggregated class", () => {
  it("has every method of AWS's, and sends through send", async () => {
    const sqs = new SQS();
    expect(sqs).toBeInstanceOf(SQSClient);
    expect(SQS.name).toBe("SQS");
    for (const method of Object.keys(AwsSQS.prototype)) expect(typeof Reflect.get(sqs, method)).toBe("function");
    expectTypeOf(sqs).toExtend<AwsSQS>();

    const mock = mockClient(sqs);
    mock.on(SendMessageCommand).resolves({ MessageId: "mocked" });
    const input = { QueueUrl: "q", MessageBody: "x" };
    await expect(sqs.sendMessage(input)).resolves.toEqual({ MessageId: "mocked" });
    const { signal } = new AbortController();
    await sqs.sendMessage(input, { abortSignal: signal });
    expect([...mock.call(1).args].at(1)).toEqual({ abortSignal: signal });
    mock.restore();
  });

  it("has AWS's paginators as methods", async () => {
    const sqs = new SQS();
    const mock = mockClient(sqs);
    mock.on(ListQueuesCommand).resolves({ QueueUrls: ["a"] });
    for await (const page of sqs.paginateListQueues()) expect(page.QueueUrls).toEqual(["a"]);
    mock.restore();
  });
});

describe("the package", () => {
  const require = createRequire(import.meta.url);
  // The built package by its own name, as an application gets it.
  const commonJs: Record<string, unknown> = require("@warrenmq/client-sqs");

  it.each([
    ["ESM", ours as Record<string, unknown>],
    ["CommonJS", commonJs],
  ])("exports all that AWS's does in %s, with its own client in place of AWS's", (_format, exported) => {
    const aws: Record<string, unknown> = require("@aws-sdk/client-sqs");
    expect(Object.keys(exported)).toEqual(expect.arrayContaining(Object.keys(aws)));
    const replaced = Object.keys(aws).filter((name) => exported[name] !== aws[name]);
    expect(replaced.toSorted()).toEqual(["SQS", "SQSClient"]);
  });
});
