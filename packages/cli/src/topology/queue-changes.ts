import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
} from "@warrenmq/client-sqs";
import type { SQSClient } from "@warrenmq/client-sqs";
import type { TopologyQueue } from "@warrenmq/topology";
import type { Change } from "./change.ts";

/** What a queue must become: created, its attributes set, its dead-letter queue named. */
export async function queueChanges(sqs: SQSClient, queue: TopologyQueue): Promise<Change[]> {
  const { name, attributes = {} } = queue;
  const present = await queueAttributes(sqs, name);
  if (present === undefined) return [creation(sqs, queue), ...redriveChanges(sqs, queue, {})];
  const different = Object.entries(attributes).filter(([key, value]) => present[key] !== value);
  const changes = different.map(([key, value]): Change => ({
    what: `set ${key} of the queue ${name}: ${present[key] ?? "unset"} → ${value}`,
    apply: () => setAttribute(sqs, name, key, value),
  }));
  return [...changes, ...redriveChanges(sqs, queue, present)];
}

/** The ARN of a queue. @throws QueueDoesNotExist */
export async function queueArn(sqs: SQSClient, name: string): Promise<string> {
  const arn = (await queueAttributes(sqs, name))?.["QueueArn"];
  if (arn === undefined) throw new Error(`there is no queue ${name}`);
  return arn;
}

function creation(sqs: SQSClient, { name, attributes = {} }: TopologyQueue): Change {
  return {
    what: `create the queue ${name}`,
    apply: async () => {
      await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
    },
  };
}

/** After all queues are there: the dead-letter queue may come later in the file. */
function redriveChanges(
  sqs: SQSClient,
  { name, deadLetter }: TopologyQueue,
  present: Readonly<Record<string, string>>,
): Change[] {
  if (deadLetter === undefined) return [];
  const { queue, maxReceiveCount } = deadLetter;
  const policy: { deadLetterTargetArn?: string; maxReceiveCount?: number | string } = JSON.parse(
    present["RedrivePolicy"] ?? "{}",
  );
  const isAsWanted =
    policy.deadLetterTargetArn?.split(":").at(-1) === queue && Number(policy.maxReceiveCount) === maxReceiveCount;
  if (isAsWanted) return [];
  return [
    {
      what: `give the queue ${name} the dead-letter queue ${queue}, after ${maxReceiveCount} receives`,
      apply: async () => {
        const deadLetterTargetArn = await queueArn(sqs, queue);
        await setAttribute(sqs, name, "RedrivePolicy", JSON.stringify({ deadLetterTargetArn, maxReceiveCount }));
      },
    },
  ];
}

async function setAttribute(sqs: SQSClient, name: string, key: string, value: string): Promise<void> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { [key]: value } }));
}

async function queueAttributes(sqs: SQSClient, name: string): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
    return Attributes;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
}
