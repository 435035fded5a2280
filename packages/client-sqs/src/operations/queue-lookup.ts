import { OperationError, parseQueueUrl } from "@warrenmq/core/internal";
import type { QueueRecord } from "@warrenmq/core/queues";
import { isNoSuchQueue } from "../broker/sqs-broker.ts";
import { factsOf, type QueueFacts } from "../model/queue-facts.ts";
import { requireQueueUrl } from "../model/validate/required.ts";
import type { SqsContext } from "./context.ts";

/** The queue that a call names. */
export interface Queue {
  readonly name: string;
  readonly record: QueueRecord;
  readonly facts: QueueFacts;
}

/** How many queue URLs are remembered with what they name. */
const REMEMBERED_URLS = 1_000;
const queueNames = new Map<string, string>();

/**
 * The queue of a request's `QueueUrl`; at once when it is known, because a send should not wait for a promise.
 * @throws OperationError `MissingParameter`, `InvalidAddress`, `QueueDoesNotExist`; RabbitError when the broker cannot be asked.
 */
export function requireQueue(context: SqsContext, input: { readonly QueueUrl?: unknown }): Queue | Promise<Queue> {
  const name = queueNameOf(requireQueueUrl(input));
  const found = context.sqs.findQueue(name, context.deadline);
  return found instanceof Promise ? found.then((record) => queueOf(name, record)) : queueOf(name, found);
}

function queueOf(name: string, record: QueueRecord | undefined): Queue {
  if (record === undefined) throw queueDoesNotExist();
  return { name, record, facts: factsOf(record) };
}

/** Runs `work` on a queue. When the broker turns out not to have it, the registry forgets it and AWS's error is thrown. */
export async function onQueue<T>(context: SqsContext, name: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isNoSuchQueue(error)) throw error;
    await context.sqs.forgetQueue(name, context.deadline);
    throw queueDoesNotExist();
  }
}

/** AWS's answer to a queue that is not there. */
export function queueDoesNotExist(): OperationError {
  return new OperationError("QueueDoesNotExist", "The specified queue does not exist.");
}

function queueNameOf(url: string): string {
  const known = queueNames.get(url);
  if (known !== undefined) return known;
  const parsed = parseQueueUrl(url);
  if (!parsed.valid) throw new OperationError("InvalidAddress", parsed.message);
  if (queueNames.size >= REMEMBERED_URLS) queueNames.clear();
  queueNames.set(url, parsed.queue.queueName);
  return parsed.queue.queueName;
}
