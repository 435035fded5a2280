import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from "@warrenmq/client-sqs";
import { uniqueName } from "@warrenmq/testing";

/** A queue that WarrenMQ created, so that both sides of a comparison work on the same kind, and the client it was created with. */
export interface SqsQueue extends AsyncDisposable {
  readonly client: SQSClient;
  /** Its name on the broker. */
  readonly name: string;
  readonly url: string;
  readonly fifo: boolean;
}

/** What is special about a queue; by default nothing. */
export interface SqsQueueOptions {
  readonly fifo?: boolean;
  readonly heartbeatSeconds?: number;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Creates a queue of a new name. Disposing deletes it and destroys the client. */
export async function openSqsQueue(brokerUrl: string, options: SqsQueueOptions = {}): Promise<SqsQueue> {
  const { fifo = false, heartbeatSeconds, attributes = {} } = options;
  const heartbeat = heartbeatSeconds === undefined ? {} : { heartbeatSeconds };
  const client = new SQSClient({ rabbitmq: { url: brokerUrl, ...heartbeat } });
  const name = uniqueName("bench") + (fifo ? ".fifo" : "");
  const Attributes = { ...attributes, ...(fifo ? { FifoQueue: "true" } : {}) };
  const { QueueUrl: url = "" } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  return {
    client,
    name,
    url,
    fifo,
    [Symbol.asyncDispose]: async () => {
      await client.send(new DeleteQueueCommand({ QueueUrl: url }));
      client.destroy();
    },
  };
}
