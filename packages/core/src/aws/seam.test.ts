import {
  ListQueuesCommand,
  QueueDoesNotExist,
  SendMessageCommand,
  SQSClient,
  SQSServiceException,
} from "@aws-sdk/client-sqs";
import type { SendMessageCommandOutput } from "@aws-sdk/client-sqs";
import { describe, expect, it, vi } from "vitest";
import { leaseBroker } from "../amqp/shared-brokers.ts";
import { attached, exceptions, operation, recording, send, sendFromOldSdk } from "./attached-client.test.support.ts";
import type { Run } from "./attached-client.test.support.ts";
import { resolveBrokerOptions } from "./broker-options.ts";
import { resolveClientConfig } from "./client-config.ts";
import { OperationError } from "./operation-error.ts";
import { attachSeam } from "./seam.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u;

type Callback = (error: unknown, output?: SendMessageCommandOutput) => void;

function called(start: (done: Callback) => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    start((error, output) => (error === null ? resolve(output) : reject(error)));
  });
}

function broken(): never {
  throw new OperationError("QueueDoesNotExist", "gone");
}

describe("a client with the seam", () => {
  it("answers a command with the operation's output and the SDK's $metadata", async () => {
    const { client, seen } = recording();
    const output = await client.send(send());
    expect(output).toStrictEqual({
      $metadata: {
        httpStatusCode: 200,
        requestId: expect.stringMatching(UUID),
        extendedRequestId: undefined,
        cfId: undefined,
        attempts: 1,
        totalRetryDelay: 0,
      },
      MessageId: "m-1",
    });
    expect(seen[0]?.input).toEqual({ QueueUrl: "q", MessageBody: "hello" });
    expect(seen[0]?.call.requestId).toBe(output.$metadata.requestId);
  });

  it("gives every call its own request id", async () => {
    const { client } = recording();
    const [first, second] = await Promise.all([client.send(send()), client.send(send())]);
    expect(first.$metadata.requestId).not.toBe(second.$metadata.requestId);
  });

  it("answers an operation without output with $metadata alone", async () => {
    const client = attached({ SendMessage: operation(async () => undefined) });
    expect(Object.keys(await client.send(send()))).toEqual(["$metadata"]);
  });

  it("answers commands of an older copy of the SDK", async () => {
    const { client, seen } = recording();
    const output = await sendFromOldSdk(client);
    expect(output).toMatchObject({ MessageId: "m-1" });
    expect(seen[0]?.input).toEqual({ QueueUrl: "q", MessageBody: "from 3.600" });
  });

  it("calls a callback back, with and without options", async () => {
    const { client } = recording();
    await expect(called((done) => client.send(send(), done))).resolves.toMatchObject({ MessageId: "m-1" });
    await expect(called((done) => client.send(send(), {}, done))).resolves.toMatchObject({ MessageId: "m-1" });
  });

  it("refuses an operation that is not in the table, and points at the support table", async () => {
    const { client } = recording();
    const failure = client.send(new ListQueuesCommand({}));
    await expect(failure).rejects.toBeInstanceOf(SQSServiceException);
    await expect(failure).rejects.toMatchObject({
      name: "UnsupportedOperation",
      message: expect.stringMatching(/SQS ListQueues .*docs\/support\/sqs\.md/u),
      $fault: "client",
    });
  });

  it("refuses an operation whose status is unsupported without running it", async () => {
    const run = vi.fn<Run>();
    const client = attached({ SendMessage: { status: "unsupported", difference: "No such thing.", run } });
    await expect(client.send(send())).rejects.toMatchObject({
      name: "UnsupportedOperation",
      message: expect.stringContaining("No such thing."),
    });
    expect(run).not.toHaveBeenCalled();
  });

  it("refuses an operation that has the name of an object's method", async () => {
    class ToStringCommand extends SendMessageCommand {}
    const { client } = recording();
    client.middlewareStack.add(
      (next, context) => (args) => {
        context.commandName = "toStringCommand";
        return next(args);
      },
      { step: "initialize" },
    );
    await expect(client.send(new ToStringCommand({ QueueUrl: "q", MessageBody: "x" }))).rejects.toThrow(/toString/u);
  });

  it("rejects with the SDK's own class and with $metadata of the same request id", async () => {
    let requestId: string | undefined;
    const client = attached({
      SendMessage: operation(async (call) => {
        requestId = call.requestId;
        throw new OperationError("QueueDoesNotExist", "The specified queue does not exist.");
      }),
    });
    const error: unknown = await client.send(send()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(QueueDoesNotExist);
    expect(error).toMatchObject({
      Code: "AWS.SimpleQueueService.NonExistentQueue",
      $metadata: { httpStatusCode: 400, requestId, attempts: 1 },
    });
  });

  it("rejects when the context cannot be made or the operation throws at once", async () => {
    const client = new SQSClient(resolveClientConfig({}));
    attachSeam(client, {
      serviceName: "SQS",
      operations: { SendMessage: operation(broken) },
      exceptions,
      contextFor: broken,
    });
    await expect(client.send(send())).rejects.toBeInstanceOf(QueueDoesNotExist);
    await expect(attached({ SendMessage: operation(broken) }).send(send())).rejects.toBeInstanceOf(QueueDoesNotExist);
  });
});

describe("a client without a broker address", () => {
  it("rejects its first call, and says what to set", async () => {
    const client = new SQSClient(resolveClientConfig({}));
    attachSeam(client, {
      serviceName: "SQS",
      operations: { SendMessage: operation(broken) },
      exceptions,
      contextFor: (call) => {
        leaseBroker(resolveBrokerOptions({}, {}));
        return call;
      },
    });
    await expect(client.send(send())).rejects.toMatchObject({
      name: "UnknownEndpoint",
      $fault: "client",
      message: expect.stringContaining("RABBITMQ_URL"),
      cause: { code: "invalid-address" },
    });
  });
});

describe("the client's options", () => {
  it("serve a logger as the SDK does", async () => {
    const logger = { trace: vi.fn(), debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    const { client } = recording({ logger });
    await client.send(send());
    expect(logger.info).toHaveBeenCalledWith(
      expect.objectContaining({
        clientName: "SQSClient",
        commandName: "SendMessageCommand",
        input: { QueueUrl: "q", MessageBody: "hello" },
        output: { MessageId: "m-1" },
      }),
    );
    await client.send(new ListQueuesCommand({})).catch(() => undefined);
    expect(logger.error).toHaveBeenCalledTimes(1);
  });

  it("may ask for cached middlewares", async () => {
    const { client, seen } = recording({ cacheMiddleware: true });
    await client.send(send());
    await client.send(send());
    await client.send(send(), { abortSignal: new AbortController().signal });
    expect(seen).toHaveLength(3);
  });

  it("stay readable: region, service id, protocol", async () => {
    const { client } = recording({ region: "eu-central-1" });
    await expect(client.config.region()).resolves.toBe("eu-central-1");
    expect(client.config.serviceId).toBe("SQS");
    expect(client.config.protocol.getShapeId()).toBe("aws.protocols#awsJson1_0");
  });
});
