import { connect } from "amqplib";
import { startBroker, uniqueName, until } from "@warrenmq/testing";
import type { Broker } from "@warrenmq/testing";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

describe("two brokers of one process", () => {
  let broker: Broker;
  let other: Broker;

  beforeAll(async () => {
    [broker, other] = await Promise.all([
      startBroker({ own: true, tls: true }),
      startBroker({ own: true, plugins: ["rabbitmq_management"] }),
    ]);
  });
  afterAll(() => Promise.all([broker.stop(), other.stop()]));

  test("are of the version that the run asks for", () => {
    expect(broker.version).toMatch(/^\d+\.\d+\.\d+/);
    const asked = process.env["WARRENMQ_BROKER_VERSION"];
    if (asked !== undefined && asked !== "any") expect(broker.version).toContain(`${asked}.`);
    expect(other.version).toBe(broker.version);
  });

  test("share nothing", async () => {
    const queue = uniqueName("only-here");
    const connection = await connect(broker.url);
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue(queue, { durable: true, arguments: { "x-queue-type": "quorum" } });
    expect(await broker.ctl(["list_queues", "name"])).toContain(queue);
    expect(await other.ctl(["list_queues", "name"])).not.toContain(queue);
    await connection.close();
  });

  test("serve TLS with a certificate that a client can verify", async () => {
    const { url, ca } = broker.tls ?? expect.unreachable("no TLS side");
    const connection = await connect(url, { ca: [ca] });
    await connection.close();
    await expect(connect(url)).rejects.toThrow(/certificate/);
    expect(other.tls).toBeUndefined();
  });

  test("serve the management API when it was asked for", async () => {
    const url = `${other.managementUrl ?? ""}/api/overview`;
    const authorization = `Basic ${Buffer.from("guest:guest").toString("base64")}`;
    const response = await fetch(url, { headers: { authorization } });
    expect(await response.json()).toMatchObject({ rabbitmq_version: other.version });
    expect(broker.managementUrl).toBeUndefined();
  });

  test("reject a rabbitmqctl command that fails, with its error", async () => {
    await expect(broker.ctl(["delete_queue", "no-such-queue"])).rejects.toThrow(
      /delete_queue no-such-queue: .*queue.*found/is,
    );
  });

  test("a paused broker keeps connections open and answers when it is resumed", async () => {
    const connection = await connect(other.url);
    const channel = await connection.createChannel();
    await other.pause();
    let hasAnswered = false;
    const answer = channel.assertQueue("", { exclusive: true }).then(() => (hasAnswered = true));
    // The other broker answers meanwhile: time enough has passed.
    await (await connect(broker.url)).close();
    expect(hasAnswered).toBe(false);
    await other.resume();
    await answer;
    await connection.close();
  });

  test("a killed broker drops its connections, and comes back with the confirmed messages of a quorum queue", async () => {
    const queue = uniqueName("kept");
    const connection = await connect(broker.url);
    let isClosed = false;
    connection.on("error", () => undefined);
    connection.on("close", () => (isClosed = true));
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue(queue, { durable: true, arguments: { "x-queue-type": "quorum" } });
    for (let sent = 0; sent < 100; sent++) channel.sendToQueue(queue, Buffer.from(`${sent}`), { persistent: true });
    await channel.waitForConfirms();

    await broker.syncToDisk();
    await broker.kill();
    await until(() => isClosed, { what: "the connection to drop" });
    await expect(connect(broker.url)).rejects.toThrow("ECONNREFUSED");
    await broker.restart();

    expect(await drain(broker.url, queue)).toEqual(Array.from({ length: 100 }, (_, index) => `${index}`));
  });

  test("a stopped broker says so", async () => {
    await other.stop();
    await other.stop();
    await expect(connect(other.url)).rejects.toThrow("ECONNREFUSED");
    await expect(other.restart()).rejects.toThrow("was stopped and its data removed");
  });
});

async function drain(url: string, queue: string): Promise<string[]> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const bodies: string[] = [];
  // A quorum queue elects its leader again after the restart, and an empty answer before that is no answer.
  await until(
    async () => {
      const message = await channel.get(queue, { noAck: true });
      if (message !== false) bodies.push(message.content.toString());
      return bodies.length === 100;
    },
    { what: "all messages", intervalMs: 1 },
  );
  await connection.close();
  return bodies;
}

test("a node that cannot start rejects with the reason that RabbitMQ gives", async () => {
  await expect(startBroker({ config: "no.such.setting = 1" })).rejects.toThrow(/did not start.*no.such.setting/s);
});

test("the broker of RABBITMQ_URL is used as it is, and refuses what only its owner may do", async () => {
  const before = process.env["RABBITMQ_URL"];
  const version = process.env["WARRENMQ_BROKER_VERSION"];
  process.env["RABBITMQ_URL"] = inject("brokerUrl");
  delete process.env["WARRENMQ_BROKER_VERSION"];
  try {
    await using broker = await startBroker();
    expect(broker).toMatchObject({ kind: "url", url: inject("brokerUrl"), version: inject("brokerVersion") });
    await expect(broker.kill()).rejects.toThrow("kill() is not available for the broker of RABBITMQ_URL");
    await expect(broker.ctl(["status"])).rejects.toThrow("ctl() is not available");
  } finally {
    if (before === undefined) delete process.env["RABBITMQ_URL"];
    else process.env["RABBITMQ_URL"] = before;
    if (version !== undefined) process.env["WARRENMQ_BROKER_VERSION"] = version;
  }
  await (await connect(inject("brokerUrl"))).close();
});
