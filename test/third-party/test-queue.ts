import { CreateQueueCommand, DeleteQueueCommand, ReceiveMessageCommand, SQSClient } from "@warrenmq/client-sqs";
import type { Message, QueueAttributeName } from "@warrenmq/client-sqs";
import { uniqueName } from "@warrenmq/testing";
import { inject } from "vitest";

/** A queue of one test and a client for it, on the broker of the test run. */
export class TestQueue implements AsyncDisposable {
  readonly client: SQSClient;
  readonly queueUrl: string;

  private constructor(client: SQSClient, queueUrl: string) {
    this.client = client;
    this.queueUrl = queueUrl;
  }

  static async create(attributes: Partial<Record<QueueAttributeName, string>> = {}): Promise<TestQueue> {
    const client = new SQSClient({ rabbitmq: { url: inject("brokerUrl") } });
    const QueueName = uniqueName("third-party") + (attributes.FifoQueue === "true" ? ".fifo" : "");
    const { QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName, Attributes: attributes }));
    return new TestQueue(client, QueueUrl);
  }

  /** Receives what is there, or comes within a second, with all attributes. */
  async receive(): Promise<Message[]> {
    const { Messages = [] } = await this.client.send(
      new ReceiveMessageCommand({
        QueueUrl: this.queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      }),
    );
    return Messages;
  }

  /** Deletes the queue. Destroys the client too. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.send(new DeleteQueueCommand({ QueueUrl: this.queueUrl }));
    this.client.destroy();
  }
}
