import { invalidParameterValue } from "@warrenmq/core/queues";

const STANDARD_NAME = /^[A-Za-z0-9_-]{1,80}$/;
const FIFO_NAME = /^[A-Za-z0-9_-]{1,75}\.fifo$/;
const FIFO_SUFFIX = ".fifo";

/** Whether a queue name is that of a FIFO queue. The suffix decides, on AWS too. */
export function isFifoQueueName(queueName: string): boolean {
  return queueName.endsWith(FIFO_SUFFIX);
}

/**
 * Checks the name of a queue that is to be created: 1 to 80 letters, digits, hyphens and underscores, `.fifo` at the
 * end (and counted) for a FIFO queue and for no other.
 */
export function validateQueueName(queueName: string, fifo: boolean): void {
  if (queueName === "") throw invalidParameterValue("Queue name cannot be empty");
  if (fifo && !FIFO_NAME.test(queueName)) {
    throw invalidParameterValue(
      "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.",
    );
  }
  if (!fifo && !STANDARD_NAME.test(queueName)) {
    throw invalidParameterValue("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
  }
}
