import { createRequire } from "node:module";
import { inspect } from "node:util";
import { PublishCommand, SNS as AwsSNS, SNSClient as AwsSNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, expectTypeOf, it } from "vitest";
import * as ours from "./index.ts";
import type { SNSClientConfig } from "./index.ts";
import { operations } from "./operations/index.ts";

const { SNS, SNSClient } = ours;

describe("SNSClient", () => {
  it("is AWS's, by class, name and type", () => {
    const client = new SNSClient();
    expect(client).toBeInstanceOf(AwsSNSClient);
    expect(SNSClient.name).toBe("SNSClient");
    expectTypeOf(client).toExtend<AwsSNSClient>();
    expectTypeOf<ConstructorParameters<typeof AwsSNSClient>[0]>().toExtend<SNSClientConfig | undefined>();
  });

  it("inherits send, which tracers and mocks replace", () => {
    expect(Object.hasOwn(SNSClient.prototype, "send")).toBe(false);
  });

  it("keeps its own options out of the SDK's configuration", () => {
    const client = new SNSClient({ rabbitmq: { url: "amqp://user:secret@broker" } });
    expect(client.config).not.toHaveProperty("rabbitmq");
    expect(inspect(client, { depth: 5 })).not.toContain("secret");
  });

  it("can be mocked with aws-sdk-client-mock, as a class and as an instance", async () => {
    const byClass = mockClient(SNSClient);
    byClass.on(PublishCommand).resolves({ MessageId: "mocked" });
    const publish = new PublishCommand({ TopicArn: "t", Message: "x" });
    await expect(new SNSClient().send(publish)).resolves.toEqual({ MessageId: "mocked" });
    expect(byClass.commandCalls(PublishCommand)).toHaveLength(1);
    byClass.restore();

    const client = new SNSClient();
    const byInstance = mockClient(client);
    byInstance.on(PublishCommand).rejects(new Error("mocked"));
    await expect(client.send(publish)).rejects.toThrow("mocked");
    byInstance.restore();
  });

  it("takes no signing key but RSA", () => {
    expect(() => new SNSClient({ signing: { privateKey: "nonsense", certificateUrl: "https://x/x.pem" } })).toThrow();
  });
});

describe("what RabbitMQ cannot do", () => {
  const refused = Object.entries(operations).filter(([, { status }]) => status === "unsupported");

  it("is all that is about text messages and mobile push", () => {
    expect(refused).toHaveLength(21);
  });

  it.each(refused.map(([name]) => name))("%s is refused by name, and no broker is asked", async (name) => {
    const aws: Record<string, new (input: object) => PublishCommand> = createRequire(import.meta.url)(
      "@aws-sdk/client-sns",
    );
    const Command = aws[`${name}Command`];
    if (Command === undefined) throw new Error("No such command.");
    // Nobody listens on this port.
    const client = new SNSClient({ rabbitmq: { url: "amqp://localhost:9" } });
    await expect(client.send(new Command({}))).rejects.toMatchObject({
      name: "UnsupportedOperation",
      message: expect.stringMatching(`^SNS ${name} is not supported on RabbitMQ. Subscribe an SQS queue`),
    });
    client.destroy();
  });
});

describe("the package", () => {
  it("has all that AWS's has, and answers every operation of it", () => {
    const aws = createRequire(import.meta.url)("@aws-sdk/client-sns");
    expect(Object.keys(ours)).toEqual(expect.arrayContaining(Object.keys(aws)));
    const commands = Object.keys(aws).filter((name) => /^[A-Z]\w+Command$/.test(name) && name !== "$Command");
    expect(new Set(Object.keys(operations))).toEqual(new Set(commands.map((name) => name.replace(/Command$/, ""))));
  });

  it("has the aggregated class with AWS's methods", () => {
    const aggregated = new SNS();
    expect(aggregated).toBeInstanceOf(SNSClient);
    for (const method of Object.getOwnPropertyNames(AwsSNS.prototype))
      expect(Reflect.has(aggregated, method)).toBe(true);
  });
});
