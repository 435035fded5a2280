import { SendMessageCommand, SQSClient } from "@warrenmq/client-sqs";
import { PublishCommand, SNSClient } from "@warrenmq/client-sns";
import { expect, inject, test } from "vitest";
import { createTestQueue, deleteQueuesAfterAll, testClient } from "../support/sqs.ts";

const sqs = testClient();
deleteQueuesAfterAll();

type Line = readonly [level: string, entry: unknown];

function recorder(lines: Line[]) {
  const at = (level: string) => (entry: unknown) => void lines.push([level, entry]);
  return { trace: at("trace"), debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

test("the client's logger gets what the SDK logs: client, command, input, output, metadata", async () => {
  const QueueUrl = await createTestQueue(sqs);
  const lines: Line[] = [];
  const client = new SQSClient({ rabbitmq: { url: inject("brokerUrl") }, logger: recorder(lines) });
  const { MessageId, $metadata } = await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "logged" }));
  client.destroy();
  expect(lines.filter(([level]) => level === "info")).toEqual([
    [
      "info",
      {
        clientName: "SQSClient",
        commandName: "SendMessageCommand",
        input: { QueueUrl, MessageBody: "logged" },
        output: { MessageId, MD5OfMessageBody: expect.any(String) },
        metadata: $metadata,
      },
    ],
  ]);
});

test("a failed call is logged as an error, without what the SDK calls sensitive", async () => {
  const lines: Line[] = [];
  const client = new SNSClient({ rabbitmq: { url: inject("brokerUrl") }, logger: recorder(lines) });
  const publishing = client.send(new PublishCommand({ PhoneNumber: "+491701234567", Message: "x" }));
  await expect(publishing).rejects.toThrow("not supported");
  client.destroy();
  expect(lines.filter(([level]) => level === "error")).toEqual([
    [
      "error",
      expect.objectContaining({
        clientName: "SNSClient",
        commandName: "PublishCommand",
        input: { PhoneNumber: "***SensitiveInformation***", Message: "x" },
      }),
    ],
  ]);
  expect(JSON.stringify(lines)).not.toContain("4917");
});
