import { QueueDoesNotExist, SQSServiceException } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { RabbitError } from "../amqp/rabbit-error.ts";
import type { RabbitErrorCode } from "../amqp/rabbit-error.ts";
import { exceptions } from "./attached-client.test.support.ts";
import { OperationError } from "./operation-error.ts";
import { toServiceException } from "./service-exception.ts";

const REQUEST_ID = "11111111-2222-4333-8444-555555555555";

function convert(error: unknown): Error {
  return toServiceException(error, exceptions, REQUEST_ID, "SendMessage");
}

describe("an error of an operation", () => {
  it("becomes the SDK's class when the service models it", () => {
    const thrown = convert(new OperationError("QueueDoesNotExist", "The specified queue does not exist."));
    expect(thrown).toBeInstanceOf(QueueDoesNotExist);
    expect(thrown).toBeInstanceOf(SQSServiceException);
    expect(Object.getPrototypeOf(thrown)).toBe(QueueDoesNotExist.prototype);
  });

  it("becomes the base class with the code as its name otherwise", () => {
    const thrown = convert(
      new OperationError("MissingParameter", "The request must contain the parameter MessageBody."),
    );
    expect(Object.getPrototypeOf(thrown)).toBe(SQSServiceException.prototype);
    expect(thrown).toMatchObject({
      name: "MissingParameter",
      Code: "MissingParameter",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("that is the server's fault has status 500 and type Receiver", () => {
    const thrown = convert(new OperationError("InternalError", "broken", "server"));
    expect(thrown).toMatchObject({ $fault: "server", Type: "Receiver", $metadata: { httpStatusCode: 500 } });
  });

  it("carries no query members for a service that is not query compatible", () => {
    const plain = { ...exceptions, queryCompatible: false };
    const thrown = toServiceException(new OperationError("X", "m"), plain, REQUEST_ID, "SendMessage");
    expect(Object.keys(thrown)).not.toContain("Code");
    expect(thrown).toMatchObject({ name: "X", $metadata: { requestId: REQUEST_ID } });
  });
});

describe("an error of the broker side", () => {
  it.each<[RabbitErrorCode, string, number, "client" | "server", boolean]>([
    ["connection-failed", "ServiceUnavailable", 503, "server", true],
    ["connection-lost", "ServiceUnavailable", 503, "server", true],
    ["connection-blocked", "ServiceUnavailable", 503, "server", true],
    ["confirm-timeout", "ServiceUnavailable", 503, "server", true],
    ["publish-nacked", "ServiceUnavailable", 503, "server", true],
    ["timeout", "ServiceUnavailable", 503, "server", true],
    ["destroyed", "ServiceUnavailable", 503, "server", false],
    ["unroutable", "ServiceUnavailable", 503, "server", false],
    ["not-found", "ServiceUnavailable", 503, "server", false],
    ["access-refused", "AccessDenied", 403, "client", false],
    ["vhost-not-found", "AccessDenied", 403, "client", false],
    ["precondition-failed", "InternalFailure", 500, "server", false],
    ["broker-error", "InternalFailure", 500, "server", false],
    ["invalid-address", "UnknownEndpoint", 400, "client", false],
  ])("%s → %s, HTTP %i", (code, name, httpStatusCode, $fault, retryable) => {
    const cause = new RabbitError(code, "What was tried, and what to do.");
    const thrown = convert(cause);
    expect(thrown).toBeInstanceOf(SQSServiceException);
    expect(thrown).toMatchObject({ name, message: cause.message, $fault, $metadata: { httpStatusCode }, cause });
    expect(Reflect.get(thrown, "$retryable")).toEqual(retryable ? {} : undefined);
  });
});

describe("any other error", () => {
  it("is an InternalFailure which names the operation and keeps the error as its cause", () => {
    const bug = new TypeError("x is not a function");
    const thrown = convert(bug);
    expect(thrown).toBeInstanceOf(SQSServiceException);
    expect(thrown).toMatchObject({
      name: "InternalFailure",
      message: "SendMessage failed: x is not a function",
      $metadata: { httpStatusCode: 500 },
      cause: bug,
    });
  });

  it("may be something that is not an Error", () => {
    expect(convert("just words")).toMatchObject({ name: "InternalFailure", cause: "just words" });
    expect(convert(undefined)).toMatchObject({ name: "InternalFailure" });
  });

  it("is left alone when it already is an AWS exception", () => {
    const already = new QueueDoesNotExist({ message: "gone", $metadata: {} });
    expect(convert(already)).toBe(already);
  });
});
