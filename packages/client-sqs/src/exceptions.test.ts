import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as sdk from "@aws-sdk/client-sqs";
import { OperationError, toServiceException } from "@warrenmq/core/internal";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqsExceptions } from "./exceptions.ts";

const REQUEST_ID = "11111111-2222-4333-8444-555555555555";

/** An error as SQS puts it on the wire. */
interface WireError {
  readonly status: number;
  readonly code: string;
  readonly type: string;
  readonly shape: string;
  readonly message: string;
}

/** Names of the modelled errors, with their traits: in the SDK's schemas an error is `[-3, namespace, name, traits, …]`. */
function modelledErrors(): [name: string, traits: object][] {
  const schemas: unknown[] = Object.values(sdk);
  return schemas.flatMap((schema): [string, object][] => {
    if (!Array.isArray(schema) || schema[0] !== -3 || schema[2] === "SQSServiceException") return [];
    return [[String(schema[2]), Object(schema[3])]];
  });
}

function ownProperties(error: Error): object {
  return Object.fromEntries(Object.entries(error));
}

describe("the table of exceptions", () => {
  it("agrees with the SDK's schemas in names, codes and HTTP statuses", () => {
    const fromSchemas = modelledErrors().map(([name, traits]) => {
      const [code, status]: unknown[] = Reflect.get(traits, "awsQueryError") ?? [name, 400];
      return [name, { code, httpStatus: Reflect.get(traits, "httpError") ?? status }];
    });
    expect(fromSchemas.length).toBeGreaterThan(25);
    const ours = Object.entries(sqsExceptions.modelled).map(([name, { code, httpStatus }]) => [
      name,
      { code, httpStatus },
    ]);
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(fromSchemas));
  });

  it("names each class as the SDK does", () => {
    for (const [name, { exception }] of Object.entries(sqsExceptions.modelled)) expect(exception.name).toBe(name);
  });
});

describe("an error", () => {
  let server: Server;
  let client: sdk.SQSClient;
  let reply: WireError;

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume().on("end", () => {
        response.writeHead(reply.status, {
          "content-type": "application/x-amz-json-1.0",
          "x-amzn-requestid": REQUEST_ID,
          "x-amzn-query-error": `${reply.code};${reply.type}`,
        });
        response.end(JSON.stringify({ __type: `com.amazonaws.sqs#${reply.shape}`, message: reply.message }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    // Boundary: a TCP server's address is always an AddressInfo.
    const { port } = Object(server.address()) satisfies AddressInfo;
    client = new sdk.SQSClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    });
  });

  afterAll(() => {
    client.destroy();
    server.close();
  });

  async function thrownBySdk(wire: WireError): Promise<Error> {
    reply = wire;
    const outcome: unknown = await client.send(new sdk.ListQueuesCommand({})).catch((error: unknown) => error);
    if (outcome instanceof Error) return outcome;
    throw new Error("the SDK did not throw");
  }

  const modelled = Object.entries(sqsExceptions.modelled).map(([name, { code, httpStatus }]) => ({
    name,
    wire: { status: httpStatus, code, type: "Sender", shape: name, message: `About ${name}.` },
  }));
  const unmodelled = Object.entries(sqsExceptions.unmodelled).map(([name, { httpStatus, shape = name }]) => ({
    name,
    wire: { status: httpStatus, code: name, type: "Sender", shape, message: `About ${name}.` },
  }));

  it.each([...modelled, ...unmodelled])("$name has the keys and values of the SDK's own", async ({ name, wire }) => {
    const theirs = await thrownBySdk(wire);
    const ours = toServiceException(new OperationError(name, wire.message), sqsExceptions, REQUEST_ID, "ListQueues");
    expect(Object.getPrototypeOf(ours)).toBe(Object.getPrototypeOf(theirs));
    expect(new Set(Object.keys(ours))).toEqual(new Set(Object.keys(theirs)));
    expect(ownProperties(ours)).toStrictEqual(ownProperties(theirs));
    expect(String(ours)).toBe(String(theirs));
    expect(Reflect.get(ours, "$response")).toMatchObject({ statusCode: wire.status });
    expect(Object.getOwnPropertyDescriptor(ours, "$response")).toMatchObject({ enumerable: false, writable: false });
  });

  it("of the server's side has them too", async () => {
    const wire = {
      status: 500,
      code: "InternalFailure",
      type: "Receiver",
      shape: "InternalFailure",
      message: "Broken.",
    };
    const theirs = await thrownBySdk(wire);
    const failure = new OperationError("InternalFailure", "Broken.", "server");
    const ours = toServiceException(failure, sqsExceptions, REQUEST_ID, "ListQueues");
    expect(ownProperties(ours)).toStrictEqual(ownProperties(theirs));
  });
});
