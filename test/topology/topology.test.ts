import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PublishCommand, SNSClient } from "@warrenmq/client-sns";
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from "@warrenmq/client-sqs";
import { uniqueName } from "@warrenmq/testing";
import { afterAll, expect, inject, test } from "vitest";

const program = fileURLToPath(new URL("../../packages/cli/dist/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "warrenmq-topology-"));
const rabbitmq = { url: inject("brokerUrl") };
const sqs = new SQSClient({ rabbitmq });
const sns = new SNSClient({ rabbitmq });
afterAll(() => {
  sqs.destroy();
  sns.destroy();
  rmSync(folder, { recursive: true });
});

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs `warrenmq topology` on the test's broker. */
function topology(command: "diff" | "apply", text: string): Promise<Outcome> {
  const file = join(folder, "topology.yaml");
  writeFileSync(file, text);
  return new Promise((resolve) => {
    execFile(process.execPath, [program, "topology", command, file, "--url", rabbitmq.url], (error, stdout, stderr) => {
      // What the AWS SDK says of Node's version goes to standard error.
      resolve({ code: Number(error?.code ?? 0), output: stdout, errors: stderr });
    });
  });
}

test("apply makes what diff has named, then both find nothing more; a message takes the way that was made", async () => {
  const [orders, dead, placed] = [uniqueName("orders"), uniqueName("dead"), uniqueName("placed")];
  const text = (timeout: number): string => `version: 1
queues:
  - { name: ${orders}, attributes: { VisibilityTimeout: ${timeout} }, deadLetter: { queue: ${dead}, maxReceiveCount: 3 } }
  - { name: ${dead} }
topics:
  - name: ${placed}
    subscriptions: [{ queue: ${orders}, filterPolicy: '{"kind": ["retail"]}', rawMessageDelivery: true }]
`;
  const changes = [
    `create the queue ${orders}`,
    `create the queue ${dead}`,
    `give the queue ${orders} the dead-letter queue ${dead}, after 3 receives`,
    `create the topic ${placed}`,
    `subscribe the queue ${orders} to the topic ${placed}`,
  ];
  expect(await topology("diff", text(60))).toMatchObject({
    code: 1,
    output: [...changes, "5 changes to make", ""].join("\n"),
  });
  expect(await topology("apply", text(60))).toMatchObject({
    code: 0,
    output: [...changes, "5 changes made", ""].join("\n"),
  });
  expect(await topology("diff", text(60))).toMatchObject({ code: 0, output: "the broker has everything\n" });
  expect((await topology("apply", text(90))).output).toContain(`set VisibilityTimeout of the queue ${orders}: 60 → 90`);

  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: orders }));
  const TopicArn = `arn:aws:sns:us-east-1:000000000000:${placed}`;
  for (const value of ["wholesale", "retail"]) {
    const MessageAttributes = { kind: { DataType: "String", StringValue: value } };
    await sns.send(new PublishCommand({ TopicArn, Message: value, MessageAttributes }));
  }
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }));
  expect(Messages.map(({ Body }) => Body)).toEqual(["retail"]);
});

test("a file with streams is refused before anything is made", async () => {
  const { code, errors } = await topology(
    "apply",
    "version: 1\nqueues: [{ name: q }]\nstreams: [{ name: clicks, shards: 1 }]",
  );
  expect(code).toBe(1);
  expect(errors).toContain("the stream clicks cannot be made");
});
