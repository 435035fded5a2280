import { GetQueueUrlCommand, ListQueuesCommand, SQSClient } from "@warrenmq/client-sqs";
import type { RabbitMQOptions } from "@warrenmq/client-sqs";
import { startBroker, startProxy, uniqueName } from "@warrenmq/testing";
import { createServer } from "node:net";
import { afterEach, describe, expect, inject, test } from "vitest";
import { errorOf } from "../support/sqs.ts";

const clients: SQSClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

function clientOf(rabbitmq: RabbitMQOptions): SQSClient {
  const client = new SQSClient({ rabbitmq });
  clients.push(client);
  return client;
}

/** A port on which nobody listens. */
async function deadUrl(): Promise<string> {
  const proxy = await startProxy({ target: inject("brokerUrl") });
  await proxy.stop();
  return proxy.url;
}

async function timed<T>(work: Promise<T>): Promise<{ result: T; elapsedMs: number }> {
  const startMs = performance.now();
  const result = await work;
  return { result, elapsedMs: performance.now() - startMs };
}

const find = (client: SQSClient): Promise<unknown> => client.send(new GetQueueUrlCommand({ QueueName: "no-such" }));

describe("several broker addresses", () => {
  test("are tried in turn: a dead first one does not matter", async () => {
    const client = clientOf({ url: [await deadUrl(), inject("brokerUrl")] });
    await client.send(new ListQueuesCommand({}));
  });

  test("may stand in one string, separated by commas", async () => {
    const client = clientOf({ url: `${await deadUrl()}, ${inject("brokerUrl")}` });
    await client.send(new ListQueuesCommand({}));
  });

  test("are left for the next when the connection is lost", async () => {
    await using first = await startProxy({ target: inject("brokerUrl") });
    await using second = await startProxy({ target: inject("brokerUrl") });
    const client = clientOf({ url: [first.url, second.url] });
    await client.send(new ListQueuesCommand({}));
    first.refuse();
    first.cut();
    await client.send(new ListQueuesCommand({}));
    expect(second.connections).toBeGreaterThan(0);
  });
});

describe("a broker that cannot be had", () => {
  test("is an error within timeoutMs that names the address, when nobody listens", async () => {
    const url = await deadUrl();
    const { result, elapsedMs } = await timed(errorOf(find(clientOf({ url, timeoutMs: 1_000 }))));
    expect(elapsedMs).toBeLessThan(1_500);
    expect(elapsedMs).toBeGreaterThan(800); // it may come: it is tried until then
    expect(result).toMatchObject({ name: "ServiceUnavailable", $fault: "server", $metadata: { httpStatusCode: 503 } });
    expect(result.message).toContain(`127.0.0.1:${new URL(url).port}`);
    expect(result.message).not.toContain("guest");
    expect(result.$retryable).toBeDefined();
  });

  test("is waited for: it may come up within timeoutMs", async () => {
    await using proxy = await startProxy({ target: inject("brokerUrl") });
    proxy.refuse();
    const client = clientOf({ url: proxy.url, timeoutMs: 8_000 });
    const call = client.send(new ListQueuesCommand({}));
    setTimeout(() => void proxy.accept(), 500);
    await call;
  });

  test("is an error within timeoutMs when it accepts connections and never says a word", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    if (address === null || typeof address === "string") throw new Error("no address");
    const client = clientOf({ url: `amqp://127.0.0.1:${address.port}`, timeoutMs: 1_000, connectTimeoutMs: 400 });
    const { result, elapsedMs } = await timed(errorOf(find(client)));
    expect(elapsedMs).toBeLessThan(1_600);
    expect(result).toMatchObject({ name: "ServiceUnavailable" });
    client.destroy();
    silent.close();
  });

  test("is an error when what listens does not speak AMQP", async () => {
    const http = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const address = http.address();
    if (address === null || typeof address === "string") throw new Error("no address");
    const client = clientOf({ url: `amqp://127.0.0.1:${address.port}`, timeoutMs: 1_000 });
    expect(await errorOf(find(client))).toMatchObject({ name: "ServiceUnavailable" });
    http.close();
  });
});

function withPassword(password: string): string {
  const url = new URL(inject("brokerUrl"));
  url.password = password;
  return url.href;
}

describe("refused by the broker", () => {
  test("a wrong password is an AccessDenied at once, for 30 calls at the same time, and never shown", async () => {
    const client = clientOf({ url: withPassword("wr0ng-passw0rd") });
    const { result, elapsedMs } = await timed(Promise.all(Array.from({ length: 30 }, () => errorOf(find(client)))));
    expect(elapsedMs).toBeLessThan(4_000);
    for (const error of result) {
      expect(error).toMatchObject({ name: "AccessDenied", $fault: "client", $metadata: { httpStatusCode: 403 } });
      expect(error.message).toContain("Check user name and password");
      const { cause } = error;
      expect(`${error.stack} ${JSON.stringify(error)} ${String(cause)}`).not.toContain("wr0ng-passw0rd");
    }
  });

  test("an unknown virtual host is an AccessDenied at once that names it", async () => {
    const url = new URL(inject("brokerUrl"));
    url.pathname = `/${uniqueName("vhost")}`;
    const { result, elapsedMs } = await timed(errorOf(find(clientOf({ url: url.href }))));
    expect(elapsedMs).toBeLessThan(4_000);
    expect(result).toMatchObject({ name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
    expect(result.message).toContain(url.pathname);
    expect(result.message).toContain("virtual host");
  });
});

test("a broker with a self-signed certificate is refused, unless its authority is given", async () => {
  await using broker = await startBroker({ tls: true });
  if (broker.tls === undefined) throw new Error("no TLS");
  const { url, ca } = broker.tls;
  const refused = await errorOf(find(clientOf({ url, timeoutMs: 1_500 })));
  expect(refused).toMatchObject({ name: "ServiceUnavailable" });
  expect(refused.message).toMatch(/certificate/i);
  await clientOf({ url, tls: { ca } }).send(new ListQueuesCommand({}));
  const byAddress = url.replace("localhost", "127.0.0.1");
  await clientOf({ url: byAddress, tls: { ca } }).send(new ListQueuesCommand({}));
  await clientOf({ url, tls: { rejectUnauthorized: false } }).send(new ListQueuesCommand({}));
});
