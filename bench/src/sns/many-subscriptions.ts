import { PublishCommand } from "@warrenmq/client-sns";
import type { FigureSpec } from "../method/figure.ts";
import type { Scenario } from "../method/scenario.ts";
import { MESSAGE_BODY } from "../sqs/message-body.ts";
import { openPlainAmqp } from "../sqs/plain-amqp.ts";
import { openSqsQueue } from "../sqs/sqs-queue.ts";
import { openSnsTopic } from "./sns-topic.ts";

const SUBSCRIPTIONS = 1_000;
const AT_ONCE = 20;
const PUBLISHES = 100;

const figure: FigureSpec = {
  name: "many-subscriptions",
  title: "Publishes that a message takes on a topic with 1,000 subscriptions",
  unit: "publishes",
  target: { atMost: 1 },
};

/**
 * All subscriptions are of one queue, as endpoints in a thousand accounts: the broker gives a queue each publish once,
 * however many of its bindings match, so the queue counts the publishes.
 */
export const manySubscriptions: Scenario = {
  name: figure.name,
  figures: [figure],
  measure: async ({ broker: { url }, progress }) => {
    progress.expect(1);
    await using queue = await openSqsQueue(url);
    await using topic = await openSnsTopic(url);
    await using plain = await openPlainAmqp(url);
    for (let first = 0; first < SUBSCRIPTIONS; first += AT_ONCE) {
      const accounts = Array.from({ length: AT_ONCE }, (_, index) => first + index);
      await Promise.all(accounts.map((account) => topic.subscribe(queue.name, account)));
    }
    const command = new PublishCommand({ TopicArn: topic.arn, Message: MESSAGE_BODY });
    const startedMs = performance.now();
    for (let count = 0; count < PUBLISHES; count++) await topic.client.send(command);
    const callMs = (performance.now() - startedMs) / PUBLISHES;
    const messages = await plain.purge(queue.name);
    progress.advance();
    return {
      [figure.name]: { value: messages / PUBLISHES, details: { call: { subscriptions: SUBSCRIPTIONS, ms: callMs } } },
    };
  },
};
