import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from "@warrenmq/client-sqs";
import { uniqueName } from "@warrenmq/testing";

/** A queue that WarrenMQ created, so that both sides of a comparison work on the same kind, and the client it was created with. */
export interface SqsQueue extends AsyncDisposable {
  readonly client: SQSClient;
  /** Its name on the broker. */
  readonly name: string;
  readonly url: string;
}

/** Creates a queue of a new name. Disposing deletes it and destroys the client. */
export async function openSqsQueue(brokerUrl: string, heartbeatSeconds?: number): Promise<SqsQueue> {
  const heartbeat = heartbeatSeconds === undefined ? {} : { heartbeatSeconds };
  const client = new SQSClient({ rabbitmq: { url: brokerUrl, ...heartbeat } });
  const name = uniqueName("bench");
  const { QueueUrl: url = "" } = await client.send(new CreateQueueCommand({ QueueName: name }));
  return {
    client,
    name,
    url,
    [Symbol.asyncDispose]: async () => {
      await client.send(new DeleteQueueCommand({ QueueUrl: url }));
      client.destroy();
    },
  };
}
