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

it.each([
  [404, "NOT_FOUND - home node 'a' of durable queue 'q' in vhost '/' is down or inaccessible"],
  [406, "PRECONDITION_FAILED - stream queue 'q' in vhost '/' does not have a running replica on the local node"],
  [406, "PRECONDITION_FAILED - queue 'queue 'q' in vhost '/'' does not have a replica on the local node"],
])("reply code %i with the words %s means that the queue is there, but not just now", (code, text) => {
  const error = toRabbitError(Object.assign(new Error(text), { code }), "consume");
  expect(error).toMatchObject({ code: "queue-unavailable", retryable: true });
});
