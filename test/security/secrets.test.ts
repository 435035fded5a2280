// The password of the broker's address is in no error, log or inspection, whatever goes wrong.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createServer } from "node:net";
import { inspect } from "node:util";
import { CreateQueueCommand, ListQueuesCommand, SendMessageCommand, SQSClient } from "@warrenmq/client-sqs";
import { ListTopicsCommand, SNSClient } from "@warrenmq/client-sns";
import { startProxy, uniqueName } from "@warrenmq/testing";
import * as fc from "fast-check";
import { afterAll, describe, expect, inject, test } from "vitest";
import { listenOnLoopback } from "../support/listen.ts";

const events: unknown[] = [];
const note = (event: unknown): void => void events.push(event);
for (const channel of ["warrenmq.connection", "tracing:warrenmq.call:error"]) {
  subscribe(channel, note);
  afterAll(() => void unsubscribe(channel, note));
}

/** All that a log could show of a value: with its stack, its causes, and what is not enumerable. */
function shown(value: unknown): string {
  const parts: string[] = [];
  const seen = new Set<unknown>();
  const visit = (each: unknown): void => {
    if (typeof each === "string") parts.push(each);
    if (typeof each !== "object" || each === null || seen.has(each)) return;
    seen.add(each);
    for (const key of Reflect.ownKeys(each)) visit(Reflect.get(each, key));
  };
  visit(value);
  if (value instanceof Error) parts.push(String(value), value.stack ?? "");
  parts.push(inspect(value, { depth: 20, showHidden: true, getters: true }));
  return parts.join("\n");
}

/** Passwords as people have them, with what must be escaped in a URI. None occurs elsewhere by chance. */
const passwords = fc.string({ minLength: 8, maxLength: 24 }).map((text) => `s3cr3t${text.replaceAll(",", "_")}`);

/** Every way in which a password may be written. */
function spellings(password: string): string[] {
  const encoded = encodeURIComponent(password);
  const basic = Buffer.from(`\0guest\0${password}`).toString("base64");
  return [password, encoded, JSON.stringify(password).slice(1, -1), inspect(password).slice(1, -1), basic, "s3cr3t"];
}

async function failureOf(url: string): Promise<unknown> {
  const client = new SQSClient({ rabbitmq: { url, timeoutMs: 300, connectTimeoutMs: 300 } });
  try {
    return await client.send(new CreateQueueCommand({ QueueName: "never" })).catch((error: unknown) => error);
  } finally {
    client.destroy();
  }
}

function expectHidden(value: unknown, password: string): void {
  const text = shown(value);
  for (const spelling of spellings(password)) expect(text).not.toContain(spelling);
}

describe("a password is never shown", () => {
  const broker = new URL(inject("brokerUrl"));

  test("by a broker that refuses it, cannot be reached or has another virtual host, nor by a malformed address", async () => {
    await fc.assert(
      fc.asyncProperty(passwords, async (password) => {
        const secret = encodeURIComponent(password);
        const addresses = [
          `amqp://guest:${secret}@${broker.host}`,
          `amqp://guest:${secret}@127.0.0.1:1`,
          `amqps://guest:${secret}@${broker.host}?cacertfile=/nowhere/ca.pem`,
          `amqp://guest:${secret}@${broker.host}/${secret.length}?heartbeat=x`,
          `amqp://guest:${password}@bro ker`,
          `http://guest:${secret}@${broker.host}`,
          `amqp://guest:${secret}@`,
        ];
        const failures = await Promise.all(addresses.map(failureOf));
        for (const failure of failures) {
          expect(failure).toBeInstanceOf(Error);
          expectHidden(failure, password);
        }
        expectHidden(events.splice(0), password);
      }),
      { numRuns: 10 },
    );
  });

  test("by a server that answers nonsense, or with what it was sent", async () => {
    const answers = [
      Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"),
      Buffer.alloc(64, 0xff),
      Buffer.from("AMQP\0\0\x09\x01"),
    ];
    for (const answer of answers) {
      const server = createServer((socket) => {
        socket.on("error", () => undefined);
        socket.on("data", () => socket.end(answer));
      });
      const port = await listenOnLoopback(server);
      const failure = await failureOf(`amqp://guest:s3cr3tpassword@127.0.0.1:${port}`);
      server.close();
      expect(failure).toBeInstanceOf(Error);
      expectHidden(failure, "s3cr3tpassword");
    }
  });

  test("by a client that is inspected, connected or not", async () => {
    // The broker does not look at the parameter; it stands for all that an address may hold.
    const url = `${inject("brokerUrl")}?note=s3cr3tpassword`;
    const sqs = new SQSClient({ rabbitmq: { url } });
    const sns = new SNSClient({ rabbitmq: { url: "amqp://guest:s3cr3tpassword@127.0.0.1:1", timeoutMs: 300 } });
    for (const client of [sqs, sns]) expectHidden(inspect(client, { depth: 20, showHidden: true }), "s3cr3tpassword");
    await sqs.send(new ListQueuesCommand({}));
    await expect(sns.send(new ListTopicsCommand({}))).rejects.toThrow("Cannot connect");
    for (const client of [sqs, sns]) expectHidden(inspect(client, { depth: 20, showHidden: true }), "s3cr3tpassword");
    for (const client of [sqs, sns]) client.destroy();
  });

  test("by a call that loses its connection", async () => {
    await using proxy = await startProxy({ target: inject("brokerUrl") });
    const client = new SQSClient({ rabbitmq: { url: proxy.url, timeoutMs: 400 } });
    const QueueName = uniqueName("secret");
    await client.send(new CreateQueueCommand({ QueueName }));
    proxy.halfOpen();
    const failure: unknown = await client
      .send(new SendMessageCommand({ QueueUrl: QueueName, MessageBody: "x" }))
      .catch((error: unknown) => error);
    client.destroy();
    expect(failure).toBeInstanceOf(Error);
    expect(shown(failure)).not.toMatch(/guest:|:guest|amqp:\/\//);
  });
});
