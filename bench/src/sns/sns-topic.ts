import { CreateTopicCommand, DeleteTopicCommand, SNSClient, SubscribeCommand } from "@warrenmq/client-sns";
import { uniqueName } from "@warrenmq/testing";

/** A topic that WarrenMQ created, and the client it was created with. */
export interface SnsTopic extends AsyncDisposable {
  readonly client: SNSClient;
  readonly arn: string;
  /** The name of its exchange on the broker. */
  readonly name: string;
  /** Subscribes a queue, in an account of that number. */
  subscribe(queue: string, account?: number): Promise<void>;
}

/** Creates a topic of a new name. Disposing deletes it and destroys the client. */
export async function openSnsTopic(brokerUrl: string): Promise<SnsTopic> {
  const client = new SNSClient({ rabbitmq: { url: brokerUrl } });
  const name = uniqueName("bench-topic");
  const { TopicArn: arn = "" } = await client.send(new CreateTopicCommand({ Name: name }));
  return {
    client,
    arn,
    name,
    subscribe: async (queue, account = 0) => {
      const Endpoint = `arn:aws:sqs:us-east-1:${String(account).padStart(12, "0")}:${queue}`;
      await client.send(new SubscribeCommand({ TopicArn: arn, Protocol: "sqs", Endpoint }));
    },
    [Symbol.asyncDispose]: async () => {
      await client.send(new DeleteTopicCommand({ TopicArn: arn }));
      client.destroy();
    },
  };
}
