import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import type { SendMessageBatchRequestEntry, SQSClient } from "@aws-sdk/client-sqs";
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import type { SNSClient } from "@aws-sdk/client-sns";
import { readTextHeader, recordText } from "../load/record-header.ts";
import type { LoadRecord } from "../load/record-maker.ts";
import { pollLoop } from "./poll-loop.ts";
import { PartlySentError } from "./target.ts";
import type {
  Consumer,
  ConsumerRequest,
  Endpoint,
  Producer,
  ResourceRequest,
  Target,
  TargetSession,
} from "./target.ts";

/** SQS's and SNS's clients: WarrenMQ's or AWS's own, which have the same shape. */
export interface QueueClients {
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
}

/** The long poll that an application uses. */
const WAIT_SECONDS = 5;
/** Longer than a run: nothing comes back by itself. */
const VISIBILITY_SECONDS = "600";

/** A target with the API of SQS and SNS. */
export function sqsTarget(
  about: Pick<Target, "name" | "title" | "needs">,
  openClients: (endpoint: Endpoint) => QueueClients | Promise<QueueClients>,
): Target {
  return {
    ...about,
    encoding: "text",
    resources: ["queue", "fifo", "topic"],
    readings: ["poll"],
    canReshard: false,
    canResume: false,
    canDelay: true,
    open: async (endpoint) => new SqsSession(await openClients(endpoint)),
  };
}

class SqsSession implements TargetSession {
  readonly #clients: QueueClients;
  readonly #urls = new Map<string, string>();
  #topicArn: string | undefined;

  constructor(clients: QueueClients) {
    this.#clients = clients;
  }

  async create(request: ResourceRequest): Promise<void> {
    const { sqs, sns } = this.#clients;
    const { fifo, queues, topic } = names(request);
    const attributes = {
      VisibilityTimeout: VISIBILITY_SECONDS,
      ...(fifo
        ? { FifoQueue: "true", DeduplicationScope: "messageGroup", FifoThroughputLimit: "perMessageGroupId" }
        : {}),
    };
    for (const queue of queues) await sqs.send(new CreateQueueCommand({ QueueName: queue, Attributes: attributes }));
    if (topic === undefined) return;
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: topic }));
    for (const queue of queues) {
      const QueueUrl = await this.#url(queue);
      const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] });
      const Endpoint = (await sqs.send(asked)).Attributes?.["QueueArn"];
      const Attributes = { RawMessageDelivery: "true" };
      await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint, Attributes }));
    }
  }

  async remove(request: ResourceRequest): Promise<void> {
    const { queues, topic } = names(request);
    // Each by itself: the one that cannot be removed must not keep the others.
    const removals = queues.map(async (queue) => {
      await this.#clients.sqs.send(new DeleteQueueCommand({ QueueUrl: await this.#url(queue) })).catch(unlessMissing);
    });
    if (topic !== undefined) removals.push(this.#removeTopic(topic));
    await Promise.all(removals.map((removal) => removal.catch(unlessMissing)));
  }

  async producer(request: ResourceRequest): Promise<Producer> {
    const { queues, topic } = names(request);
    const send =
      topic === undefined
        ? this.#sender(await this.#url(queues[0] ?? ""), request)
        : this.#publisher(await this.#topic(topic));
    return { send, close: () => Promise.resolve() };
  }

  async consumer(request: ResourceRequest, options: ConsumerRequest): Promise<Consumer> {
    const { sqs } = this.#clients;
    const QueueUrl = await this.#url(names(request).queues[options.group] ?? "");
    const receive = { QueueUrl, MaxNumberOfMessages: Math.min(10, options.batch), WaitTimeSeconds: WAIT_SECONDS };
    return pollLoop(async (abortSignal) => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(receive), { abortSignal });
      if (Messages.length === 0) return;
      options.onRecords(Messages.map(({ Body = "" }) => readTextHeader(Body)));
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      if (Failed.length > 0) throw new Error(`DeleteMessageBatch: ${Failed[0]?.Message ?? Failed[0]?.Code}`);
    }, options.onError);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#clients.sqs.destroy();
    this.#clients.sns.destroy();
    return Promise.resolve();
  }

  #sender(QueueUrl: string, { resource, delaySeconds }: ResourceRequest): Producer["send"] {
    const { sqs } = this.#clients;
    const isFifo = resource === "fifo";
    const fields = ({ key, body }: LoadRecord): Omit<SendMessageBatchRequestEntry, "Id"> => ({
      MessageBody: recordText(body),
      ...(isFifo ? { MessageGroupId: key, MessageDeduplicationId: deduplicationId(body) } : {}),
      ...(delaySeconds > 0 ? { DelaySeconds: delaySeconds } : {}),
    });
    return async (records) => {
      const [first] = records;
      if (records.length === 1 && first !== undefined) {
        await sqs.send(new SendMessageCommand({ QueueUrl, ...fields(first) }));
        return;
      }
      const Entries = records.map((record, index) => ({ Id: String(index), ...fields(record) }));
      refuse(await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })));
    };
  }

  #publisher(TopicArn: string): Producer["send"] {
    const { sns } = this.#clients;
    return async (records) => {
      const [first] = records;
      if (records.length === 1 && first !== undefined) {
        await sns.send(new PublishCommand({ TopicArn, Message: recordText(first.body) }));
        return;
      }
      const entries = records.map(({ body }, index) => ({ Id: String(index), Message: recordText(body) }));
      refuse(await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: entries })));
    };
  }

  async #url(queue: string): Promise<string> {
    const known = this.#urls.get(queue);
    if (known !== undefined) return known;
    const { QueueUrl = "" } = await this.#clients.sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
    this.#urls.set(queue, QueueUrl);
    return QueueUrl;
  }

  /** Creating a topic that exists gives its ARN. */
  async #topic(name: string): Promise<string> {
    this.#topicArn ??= (await this.#clients.sns.send(new CreateTopicCommand({ Name: name }))).TopicArn;
    return this.#topicArn ?? "";
  }

  async #removeTopic(name: string): Promise<void> {
    await this.#clients.sns.send(new DeleteTopicCommand({ TopicArn: await this.#topic(name) }));
  }
}

function names({ name, resource, groups }: ResourceRequest): { fifo: boolean; queues: string[]; topic?: string } {
  if (resource === "fifo") return { fifo: true, queues: [`${name}.fifo`] };
  if (resource === "queue") return { fifo: false, queues: [name] };
  return { fifo: false, queues: Array.from({ length: groups }, (_, group) => `${name}-${group}`), topic: name };
}

/** Producer and number: the same record sent again is the same message. */
function deduplicationId(body: Buffer): string {
  return body.toString("hex", 0, 12);
}

interface Refusal {
  readonly Id: string | undefined;
  readonly Message?: string | undefined;
}

function refuse({ Failed = [] }: { readonly Failed?: readonly Refusal[] | undefined }): void {
  if (Failed.length === 0) return;
  throw new PartlySentError(
    `${Failed.length} messages of a batch were refused: ${Failed[0]?.Message ?? "no reason given"}`,
    Failed.map(({ Id }) => Number(Id)),
  );
}

function unlessMissing(error: unknown): void {
  if (error instanceof Error && /NonExistentQueue|QueueDoesNotExist|NotFound/u.test(error.name)) return;
  throw error;
}
