import { SetTopicAttributesCommand, startHttpDelivery } from "@warrenmq/client-sns";
import { uniqueName, until } from "@warrenmq/testing";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, globalAgent } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import MessageValidator from "sns-validator";
import { afterAll, expect, inject, test } from "vitest";
import { startHttpEndpoint } from "../support/http-endpoint.ts";
import { onlyHttpWorkersHere } from "../support/http-workers.ts";
import { createTestTopic, publishTo, subscribeEndpoint, testSnsClient } from "../support/sns.ts";

await onlyHttpWorkersHere();
const sns = testSnsClient();

/** A key with its certificate, which is also that of the server from which receivers get it. */
async function makeCertificate(): Promise<{ key: string; certificate: string }> {
  const folder = await mkdtemp(join(tmpdir(), "warrenmq-sns-"));
  const name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")];
  await promisify(execFile)("openssl", [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "2",
    ...name,
    ...files,
  ]);
  const [key, certificate] = await Promise.all([
    readFile(join(folder, "key.pem"), "utf8"),
    readFile(join(folder, "cert.pem"), "utf8"),
  ]);
  await rm(folder, { recursive: true });
  return { key, certificate };
}

function validate(validator: MessageValidator, body: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    validator.validate(body, (error, message) => {
      if (error === null) resolve(message);
      else reject(error);
    });
  });
}

test.each(["1", "2"])(
  "accepts what a worker posts, SignatureVersion %s, and refuses it once changed",
  async (version) => {
    const { key, certificate } = await makeCertificate();
    const server = createServer({ key, cert: certificate }, (_request, response) => response.end(certificate));
    await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
    // Boundary: a TCP server's address is always an AddressInfo.
    const { port } = Object(server.address()) satisfies AddressInfo;
    globalAgent.options.ca = certificate;
    afterAll(() => server.close());
    const worker = await startHttpDelivery({
      rabbitmq: { url: inject("brokerUrl"), connectionName: uniqueName("worker") },
      allowPrivateAddresses: true,
      signing: { privateKey: key, certificate, certificateUrl: `https://localhost:${port}/signing.pem` },
    });
    const endpoint = await startHttpEndpoint();
    const TopicArn = await createTestTopic(sns);
    await sns.send(
      new SetTopicAttributesCommand({ TopicArn, AttributeName: "SignatureVersion", AttributeValue: version }),
    );
    await subscribeEndpoint(sns, TopicArn, endpoint);
    const validator = new MessageValidator(/^localhost:\d+$/);
    const confirmation = await until(() => endpoint.requests[0], { what: "the request to confirm" });
    expect(await validate(validator, confirmation.body)).toMatchObject({ Type: "SubscriptionConfirmation", TopicArn });
    await publishTo(sns, TopicArn, { Message: "checked", Subject: "süß" });
    const notification = await until(() => endpoint.notifications()[0], { what: "the notification" });
    expect(await validate(validator, notification.body)).toMatchObject({
      Message: "checked",
      SignatureVersion: version,
    });
    await expect(validate(validator, notification.body.replace("checked", "changed"))).rejects.toThrow("signature");
    await worker.close();
  },
);
