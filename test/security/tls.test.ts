// TLS against a RabbitMQ that asks for client certificates, and certificates that are renewed while the process runs.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ListQueuesCommand, SQSClient } from "@warrenmq/client-sqs";
import type { RabbitMQOptions } from "@warrenmq/client-sqs";
import { startBroker, startProxy, until } from "@warrenmq/testing";
import type { Broker, BrokerTls } from "@warrenmq/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorOf } from "../support/sqs.ts";

let broker: Broker;
let tls: BrokerTls;
let folder: string;
/** A certificate of nobody that the broker knows. */
let stranger: { readonly cert: string; readonly key: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "warrenmq-tls-"));
  broker = await startBroker({
    tls: true,
    config: "ssl_options.verify = verify_peer\nssl_options.fail_if_no_peer_cert = true",
  });
  if (broker.tls === undefined) throw new Error("the broker has no TLS listener");
  tls = broker.tls;
  const [cert, key] = [file("stranger.pem"), file("stranger.key")];
  const selfSigned = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  await promisify(execFile)("openssl", [...selfSigned, "-subj", "/CN=stranger", "-keyout", key, "-out", cert]);
  stranger = { cert, key };
});

afterAll(async () => {
  await broker.stop();
  await rm(folder, { recursive: true });
});

function file(name: string): string {
  return join(folder, name);
}

async function writePem(name: string, pem: string): Promise<string> {
  await writeFile(file(name), pem);
  return file(name);
}

/** Lists queues on a connection of its own. */
async function list(rabbitmq: RabbitMQOptions): Promise<void> {
  const client = new SQSClient({ rabbitmq });
  try {
    await client.send(new ListQueuesCommand({}));
  } finally {
    client.destroy();
  }
}

describe("a broker that asks for a client certificate", () => {
  test("takes one that its authority has signed, from the options or from files that the address names", async () => {
    const { url, ca, cert, key } = tls;
    await list({ url, tls: { ca, cert, key } });
    await list({ url, tls: () => ({ ca, cert, key }) });
    await list({ url, tls: async () => ({ ca, cert, key }) });
    const address = new URL(url);
    address.searchParams.set("cacertfile", await writePem("ca.pem", ca));
    address.searchParams.set("certfile", await writePem("client.pem", cert));
    address.searchParams.set("keyfile", await writePem("client.key", key));
    await list({ url: address.href });
    address.searchParams.delete("cacertfile");
    await list({ url: `${address.href}&verify=verify_none` });
    expect(await errorOf(list({ timeoutMs: 1_000, url: address.href }))).toMatchObject({ name: "ServiceUnavailable" });
  });

  test("refuses a client without one, and one of a stranger, within the caller's time", async () => {
    const { url, ca } = tls;
    const started = performance.now();
    expect(await errorOf(list({ timeoutMs: 1_000, url, tls: { ca } }))).toMatchObject({ name: "ServiceUnavailable" });
    const address = new URL(url);
    address.searchParams.set("certfile", stranger.cert);
    address.searchParams.set("keyfile", stranger.key);
    expect(await errorOf(list({ timeoutMs: 1_000, url: address.href, tls: { ca } }))).toMatchObject({
      name: "ServiceUnavailable",
    });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test("is not connected to when the certificate is for another name", async () => {
    const { url, ca, cert, key } = tls;
    const refused = await errorOf(list({ timeoutMs: 1_000, url, tls: { ca, cert, key, servername: "other.example" } }));
    expect(refused.message).toMatch(/altnames/i);
  });
});

test("a file that cannot be read is named", async () => {
  const address = new URL(tls.url);
  address.searchParams.set("cacertfile", file("missing.pem"));
  const refused = await errorOf(list({ timeoutMs: 1_000, url: address.href }));
  expect(refused.message).toContain("missing.pem");
  expect(refused.message).not.toContain("guest");
});

test("renewed certificates are used by new connections, without a new client", async () => {
  await using proxy = await startProxy({ target: tls.url });
  const address = new URL(tls.url);
  address.port = new URL(proxy.url).port;
  address.searchParams.set("cacertfile", await writePem("rotated-ca.pem", tls.ca));
  address.searchParams.set("certfile", await writePem("rotated.pem", tls.cert));
  address.searchParams.set("keyfile", await writePem("rotated.key", tls.key));
  const client = new SQSClient({ rabbitmq: { url: address.href, timeoutMs: 1_000, connectTimeoutMs: 1_000 } });
  afterAll(() => client.destroy());
  const call = () => client.send(new ListQueuesCommand({}));
  await call();

  // An authority that has not signed the broker's certificate: open connections stay, new ones are refused.
  await writePem("rotated-ca.pem", await readFile(stranger.cert, "utf8"));
  await call();
  proxy.cut();
  await until(async () => (await call().catch((error: unknown) => error)) instanceof Error, {
    what: "a connection with the new authority to be refused",
  });

  await writePem("rotated-ca.pem", tls.ca);
  await until(
    async () =>
      call().then(
        () => true,
        () => false,
      ),
    { what: "a connection with the renewed authority" },
  );
});
