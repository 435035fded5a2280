import { expect, it } from "vitest";
import { toRabbitError } from "./amqp-failure.ts";
import { RabbitError } from "./rabbit-error.ts";

it.each([
  [404, "not-found"],
  [406, "precondition-failed"],
  [403, "access-refused"],
  [541, "connection-lost"],
  [405, "broker-error"],
])("reply code %i means %s", (code, expected) => {
  const error = toRabbitError(Object.assign(new Error("no"), { code }), 'declare queue "q"');
  expect(error).toMatchObject({ code: expected, replyCode: code });
  expect(error.message).toContain('declare queue "q"');
});

it("an error without a reply code is a lost connection, and may be retried", () => {
  expect(toRabbitError(new Error("Channel closed"), "publish")).toMatchObject({
    code: "connection-lost",
    retryable: true,
  });
});

it("a RabbitError stays what it is", () => {
  const error = new RabbitError("timeout", "late");
  expect(toRabbitError(error, "publish")).toBe(error);
});
