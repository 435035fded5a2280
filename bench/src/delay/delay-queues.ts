import type { PlainAmqp } from "../sqs/plain-amqp.ts";

/** docs/decisions/010-delay-levels.md. */
const PREFIX = "warrenmq.delay.";
const PARKING = "warrenmq.parking";
const LONGEST_SECONDS = 900;
const LONG_STEP_SECONDS = 30;

const LONG_LEVELS: readonly number[] = Array.from({ length: 30 }, (_, index) => (index + 1) * LONG_STEP_SECONDS);
const SHORT_LEVELS: readonly number[] = Array.from({ length: 29 }, (_, index) => index + 1);

/** Delays in seconds that use each level of delay there is. */
export const EVERY_LEVEL: readonly number[] = [
  ...LONG_LEVELS,
  ...SHORT_LEVELS.map((seconds) => LONGEST_SECONDS - LONG_STEP_SECONDS + seconds),
];

/** How many queues for delayed messages the broker has. */
export async function countDelayQueues(plain: PlainAmqp): Promise<number> {
  const names = [PARKING, ...Array.from({ length: LONGEST_SECONDS }, (_, index) => `${PREFIX}${index + 1}`)];
  let count = 0;
  for (const name of names) if (await exists(plain, name)) count += 1;
  return count;
}

/** Removes what is still delayed for a queue, so that it does not lie in the parking queue when the queue is gone. */
export async function takeBack(plain: PlainAmqp, queue: string): Promise<void> {
  for (const level of LONG_LEVELS) {
    const channel = await plain.openChannel();
    for (let message = await channel.get(`${PREFIX}${level}`); message !== false;) {
      if (message.fields.routingKey === queue) channel.ack(message);
      message = await channel.get(`${PREFIX}${level}`);
    }
    await channel.close(); // what belongs to others goes back
  }
}

async function exists(plain: PlainAmqp, queue: string): Promise<boolean> {
  const channel = await plain.openChannel();
  channel.on("error", () => undefined); // there is no such queue
  try {
    await channel.checkQueue(queue);
  } catch {
    return false;
  }
  await channel.close();
  return true;
}
