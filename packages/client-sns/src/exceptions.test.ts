import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as sdk from "@aws-sdk/client-sns";
import { OperationError, toServiceException } from "@warrenmq/core/internal";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { snsExceptions } from "./exceptions.ts";

/** Only of operations that are not served. */
const OF_OTHERS: ReadonlySet<string> = new Set(["ValidationException", "VerificationException"]);
const REQUEST_ID = "11111111-2222-4333-8444-555555555555";

/** An error as SNS puts it on the wire. */
interface WireError {
  readonly status: number;
  readonly code: string;
  readonly type: string;
  readonly message: string;
}

/** Names of the modelled errors, with their traits: in the SDK's schemas an error is `[-3, namespace, name, traits, …]`. */
function modelledErrors(): [name: string, traits: object][] {
  const schemas: unknown[] = Object.values(sdk);
  return schemas.flatMap((schema): [string, object][] => {
    if (!Array.isArray(schema) || schema[0] !== -3 || schema[2] === "SNSServiceException") return [];
    return [[String(schema[2]), Object(schema[3])]];
  });
}

function ownProperties(error: Error): object {
  return Object.fromEntries(Object.entries(error));
}

describe("the table of exceptions", () => {
  it("agrees with the SDK's schemas in names, codes and HTTP statuses", () => {
    const served = modelledErrors().filter(([name]) => !OF_OTHERS.has(name));
    const fromSchemas = served.map(([name, traits]) => {
      const [code, status]: unknown[] = Reflect.get(traits, "awsQueryError") ?? [name, 400];
      return [name, { code, httpStatus: Reflect.get(traits, "httpError") ?? status }];
    });
    expect(fromSchemas.length).toBeGreaterThan(30);
    const ours = Object.entries(snsExceptions.modelled).map(([name, { code, httpStatus }]) => [
      name,
      { code, httpStatus },
    ]);
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(fromSchemas));
  });

  it("names each class as the SDK does", () => {
    for (const [name, { exception }] of Object.entries(snsExceptions.modelled)) expect(exception.name).toBe(name);
  });
});

describe("an error", () => {
  let server: Server;
  let client: sdk.SNSClient;
  let reply: WireError;

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume().on("end", () => {
        response.writeHead(reply.status, { "content-type": "text/xml", "x-amzn-requestid": REQUEST_ID });
        response.end(
          `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>${reply.type}</Type><Code>${reply.code}</Code><Message>${reply.message}</Message></Error><RequestId>${REQUEST_ID}</RequestId></ErrorResponse>`,
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    // Boundary: a TCP server's address is always an AddressInfo.
    const { port } = Object(server.address()) satisfies AddressInfo;
    client = new sdk.SNSClient({
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
    const outcome: unknown = await client.send(new sdk.ListTopicsCommand({})).catch((error: unknown) => error);
    if (outcome instanceof Error) return outcome;
    throw new Error("the SDK did not throw");
  }

  const modelled = Object.entries(snsExceptions.modelled).map(([name, { code, httpStatus }]) => ({
    name,
    wire: { status: httpStatus, code, type: "Sender", message: `About ${name}.` },
  }));
  const unmodelled = Object.entries(snsExceptions.unmodelled).map(([name, { httpStatus }]) => ({
    name,
    wire: { status: httpStatus, code: name, type: "Sender", message: `About ${name}.` },
  }));

  it.each([...modelled, ...unmodelled])("$name has the keys and values of the SDK's own", async ({ name, wire }) => {
    const theirs = await thrownBySdk(wire);
    const ours = toServiceException(new OperationError(name, wire.message), snsExceptions, REQUEST_ID, "ListTopics");
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
      message: "Broken.",
    };
    const theirs = await thrownBySdk(wire);
    const failure = new OperationError("InternalFailure", "Broken.", "server");
    const ours = toServiceException(failure, snsExceptions, REQUEST_ID, "ListTopics");
    expect(ownProperties(ours)).toStrictEqual(ownProperties(theirs));
  });
});
