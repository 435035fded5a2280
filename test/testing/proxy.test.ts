import { connect } from "amqplib";
import type { ChannelModel } from "amqplib";
import { startProxy, uniqueName, until } from "@warrenmq/testing";
import { expect, inject, test } from "vitest";

async function connectThrough(url: string): Promise<{ connection: ChannelModel; isClosed: () => boolean }> {
  const connection = await connect(url);
  let closed = false;
  connection.on("error", () => undefined);
  connection.on("close", () => (closed = true));
  return { connection, isClosed: () => closed };
}

test("AMQP passes through a proxy until it is cut", async () => {
  await using proxy = await startProxy({ target: inject("brokerUrl") });
  const { connection, isClosed } = await connectThrough(proxy.url);
  const channel = await connection.createChannel();
  await channel.assertQueue(uniqueName("cut"), { exclusive: true });
  expect(isClosed()).toBe(false);
  proxy.cut();
  await until(isClosed, { what: "the connection to close" });
  await (await connect(proxy.url)).close();
});

test("a message whose confirm was swallowed has reached the broker all the same", async () => {
  await using proxy = await startProxy({ target: inject("brokerUrl") });
  const direct = await connect(inject("brokerUrl"));
  const check = await direct.createChannel();
  const queue = uniqueName("swallow");
  await check.assertQueue(queue, { exclusive: true });

  const { connection } = await connectThrough(proxy.url);
  const channel = await connection.createConfirmChannel();
  let isConfirmed = false;
  proxy.swallow({ toClient: true });
  channel.publish("", queue, Buffer.from("there"), {}, (error) => (isConfirmed = error === null));

  const message = await until(() => check.get(queue, { noAck: true }), { what: "the message" });
  await until(() => proxy.bytesSwallowed > 0, { what: "the confirm to be lost" });
  expect(message.content.toString()).toBe("there");
  expect(isConfirmed).toBe(false);
  await direct.close();
});

test("a publish that is cut in the middle of its frames does not reach the queue", async () => {
  await using proxy = await startProxy({ target: inject("brokerUrl") });
  const direct = await connect(inject("brokerUrl"));
  const check = await direct.createChannel();
  const queue = uniqueName("cut-after");
  await check.assertQueue(queue, { exclusive: true });

  const { connection, isClosed } = await connectThrough(proxy.url);
  const channel = await connection.createConfirmChannel();
  proxy.cutAfter({ toBroker: 5_000 });
  channel.sendToQueue(queue, Buffer.alloc(10_000), {}, () => undefined);
  await until(isClosed, { what: "the cut" });
  expect(proxy.cuts).toBe(1);
  expect(await check.get(queue, { noAck: true })).toBe(false);
  await direct.close();
});

test("a half-open connection lets a request wait, and restore() lets it end", async () => {
  await using proxy = await startProxy({ target: inject("brokerUrl") });
  const { connection } = await connectThrough(proxy.url);
  const channel = await connection.createChannel();
  proxy.halfOpen();
  let hasAnswered = false;
  const answer = channel.assertQueue("", { exclusive: true }).then(() => (hasAnswered = true));
  // The broker answers others meanwhile: time enough has passed.
  await (await connect(inject("brokerUrl"))).close();
  expect(hasAnswered).toBe(false);
  await proxy.restore();
  await answer;
  await connection.close();
});
