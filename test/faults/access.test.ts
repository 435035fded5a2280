import { SendMessageCommand, SQSClient } from "@warrenmq/client-sqs";
import { startBroker, uniqueName, until } from "@warrenmq/testing";
import type { Broker } from "@warrenmq/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { lost, startReceivers, startSenders } from "../support/load.ts";
import type { Receivers, Senders } from "../support/load.ts";
import { noteRecovery, untilItWorks } from "../support/recovery.ts";
import { createTestQueue, errorOf } from "../support/sqs.ts";
import { expectNoUnhandledRejection } from "../support/unhandled-rejections.ts";

expectNoUnhandledRejection();

const TIMEOUT_MS = 4_000;

let broker: Broker;
let sqs: SQSClient;
let QueueUrl: string;
let senders: Senders;
let receivers: Receivers;

const vhost = uniqueName("vhost");
const user = uniqueName("user");
beforeAll(async () => {
  broker = await startBroker({ own: true });
  await broker.ctl(["add_vhost", vhost]);
  await broker.ctl(["add_user", user, "secret"]);
  await grant();
});
afterAll(() => broker.stop());

/** Load on a queue of each test. */
beforeEach(async () => {
  const url = `amqp://${user}:secret@127.0.0.1:${broker.port}/${vhost}`;
  sqs = new SQSClient({ maxAttempts: 1, rabbitmq: { url, heartbeatSeconds: 2, timeoutMs: TIMEOUT_MS } });
  QueueUrl = await createTestQueue(sqs, { prefix: "access" });
  senders = startSenders(sqs, QueueUrl, 8);
  receivers = startReceivers(sqs, QueueUrl, 2);
  await until(() => receivers.log.received.size > 100, { what: "load" });
});
afterEach(async () => {
  await Promise.all([senders.stop(), receivers.stop()]);
  sqs.destroy();
});

/** RabbitMQ leaves connections open whose user may do less now, and their channels remember what was allowed. */
async function closeConnections(): Promise<void> {
  await broker.ctl(["close_all_connections", "--vhost", vhost, "access has changed"]);
}

function grant(): Promise<string> {
  return broker.ctl(["set_permissions", "-p", vhost, user, ".*", ".*", ".*"]);
}

function send(): Promise<unknown> {
  return sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "one more" }));
}

/** Waits until calls fail; what a further one fails with, having seen that it takes no longer than it may. */
async function refusal(): Promise<unknown> {
  await until(() => senders.log.failures.length > 0 && receivers.log.failures.length > 0, { what: "calls to fail" });
  const startMs = performance.now();
  const error = await errorOf(send());
  expect(performance.now() - startMs).toBeLessThan(TIMEOUT_MS + 500);
  return error;
}

async function expectNothingLost(): Promise<void> {
  await senders.stop();
  await until(() => lost(senders.log, receivers.log).length === 0, { what: "every message" });
}

describe("a user who may no longer do what it did", () => {
  test("because its password was changed: calls fail with what to check, and recover once it is changed back", async () => {
    await broker.ctl(["change_password", user, "another"]);
    await closeConnections();
    expect(await refusal()).toMatchObject({
      name: "AccessDenied",
      $fault: "client",
      $metadata: { httpStatusCode: 403 },
      message: expect.stringContaining("Check user name and password"),
    });
    await broker.ctl(["change_password", user, "secret"]);
    noteRecovery("password changed", await untilItWorks(send));
    await expectNothingLost();
  });

  test("because its permissions were cleared: likewise", async () => {
    await broker.ctl(["clear_permissions", "-p", vhost, user]);
    await closeConnections();
    expect(await refusal()).toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining("the user has no access to it"),
    });
    await grant();
    noteRecovery("permissions cleared", await untilItWorks(send));
    await expectNothingLost();
  });

  test("because it may only read now: sends fail with the broker's reason, and what was sent is received", async () => {
    await broker.ctl(["set_permissions", "-p", vhost, user, ".*", "^$", ".*"]);
    await closeConnections();
    await until(() => senders.log.failures.length > 0, { what: "sends to fail" });
    expect(await errorOf(send())).toMatchObject({
      name: "AccessDenied",
      message: expect.stringMatching(/access to exchange 'amq.default'.*Grant the user this permission/),
    });
    await grant();
    noteRecovery("write permission taken", await untilItWorks(send));
    await expectNothingLost();
  });

  test("because it was deleted: calls fail with what to check, and recover once it is there again", async () => {
    await broker.ctl(["delete_user", user]);
    await closeConnections();
    expect(await refusal()).toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining("Check user name and password"),
    });
    await broker.ctl(["add_user", user, "secret"]);
    await grant();
    noteRecovery("user deleted", await untilItWorks(send));
    await expectNothingLost();
  });
});

test("a virtual host that is removed under load: calls fail with what is missing; a new one of its name is empty and works", async () => {
  await broker.ctl(["delete_vhost", vhost]);
  expect(await refusal()).toMatchObject({
    name: "AccessDenied",
    message: expect.stringContaining("The virtual host"),
  });
  await broker.ctl(["add_vhost", vhost]);
  await grant();
  await until(() => senders.log.failures.at(-1)?.name === "QueueDoesNotExist", { what: "the queue to be missing" });
  await until(() => receivers.log.failures.at(-1)?.name === "QueueDoesNotExist", { what: "the queue to be missing" });
  await Promise.all([senders.stop(), receivers.stop()]);

  const createQueue = async (): Promise<void> => {
    QueueUrl = await createTestQueue(sqs, { prefix: "access" });
  };
  noteRecovery("virtual host removed", await untilItWorks(createQueue));
  senders = startSenders(sqs, QueueUrl, 8);
  receivers = startReceivers(sqs, QueueUrl, 2);
  await until(() => receivers.log.received.size > 100, { what: "load" });
  await expectNothingLost();
});
