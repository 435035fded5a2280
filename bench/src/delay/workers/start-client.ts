// A process that starts, sends one message, tells how long that took, and ends.
import { SendMessageCommand, SQSClient } from "@warrenmq/client-sqs";
import { tell, workerInput } from "../../worker-process.ts";

/** What the process is started with. */
export interface StartClientInput {
  readonly brokerUrl: string;
  readonly queueUrl: string;
}

/** What it tells. */
export interface StartClientReport {
  readonly firstCallMs: number;
}

const { brokerUrl, queueUrl: QueueUrl }: StartClientInput = JSON.parse(workerInput());
const startMs = performance.now();
const client = new SQSClient({ rabbitmq: { url: brokerUrl } });
await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "first" }));
const firstCallMs = performance.now() - startMs;
client.destroy();
tell({ firstCallMs } satisfies StartClientReport);
// It ends when the client has closed.
process.channel?.unref();
