import { setTimeout as sleep } from "node:timers/promises";
import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
} from "@warrenmq/client-sqs";
import type { FigureSpec } from "../method/figure.ts";
import { interleave } from "../method/interleave.ts";
import { startClock } from "../method/stopwatch.ts";
import type { Scenario } from "../method/scenario.ts";
import { median, spread } from "../method/statistics.ts";
import { fillQueue } from "../sqs/fill-queue.ts";
import { openPlainAmqp } from "../sqs/plain-amqp.ts";
import { openSqsQueue } from "../sqs/sqs-queue.ts";
import type { SqsQueue } from "../sqs/sqs-queue.ts";
import { movePlainly } from "./move-plainly.ts";

const POLL_MS = 10;
/** Of the plain consumer: as many as a move task has under way. */
const PREFETCH = 300;

const figure: FigureSpec = {
  name: "redrive",
  title: "Messages a second that StartMessageMoveTask moves from a dead-letter queue, from the call until COMPLETED",
  unit: "/s",
  target: { atLeast: 3_000 },
};

/** Empties a filled dead-letter queue into its source; beside it, to read the figure by, the same with plain amqplib. */
export const redrive: Scenario = {
  name: figure.name,
  figures: [figure],
  measure: async (bench) => {
    await using deadLetters = await openSqsQueue(bench.broker.url);
    const deadLetterTargetArn = await arnOf(deadLetters);
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: "3" });
    await using source = await openSqsQueue(bench.broker.url, { attributes: { RedrivePolicy } });
    await using plain = await openPlainAmqp(bench.broker.url);
    const channel = await plain.openChannel();
    await channel.prefetch(PREFETCH);
    const destinationArn = await arnOf(source);
    const { backlog, rounds, warmUpRounds } = bench.effort;
    const round = async (move: () => Promise<void>): Promise<number> => {
      await fillQueue(deadLetters, backlog);
      const elapsed = startClock();
      await move();
      const { wallMs } = elapsed();
      const arrived = await plain.purge(source.name);
      if (arrived !== backlog) throw new Error(`${arrived} of ${backlog} messages had arrived when the move was over`);
      return (backlog * 1000) / wallMs;
    };
    const sides = [
      () => round(() => moveTask(deadLetters, deadLetterTargetArn, destinationArn)),
      () => round(() => movePlainly(plain, channel, { from: deadLetters.name, to: source.name, messages: backlog })),
    ];
    const counted = Math.ceil(rounds / 3);
    bench.progress.expect((counted + warmUpRounds) * sides.length);
    const onTurn = (): void => bench.progress.advance();
    const interleaved = interleave(sides, { rounds: counted, warmUpRounds, signal: bench.signal, onTurn });
    const [tasks = [], baselines = []] = await interleaved;
    const details = { amqplib: { perSecond: median(baselines) } };
    return { [figure.name]: { value: median(tasks), spread: spread(tasks), details } };
  },
};

async function moveTask({ client }: SqsQueue, SourceArn: string, DestinationArn: string): Promise<void> {
  await client.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
  for (;;) {
    const { Results: [task] = [] } = await client.send(new ListMessageMoveTasksCommand({ SourceArn }));
    if (task?.Status === "COMPLETED") return;
    if (task?.Status !== "RUNNING") throw new Error(`the task ended as ${task?.Status}: ${task?.FailureReason}`);
    await sleep(POLL_MS);
  }
}

async function arnOf({ client, url: QueueUrl }: SqsQueue): Promise<string> {
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] });
  const { Attributes } = await client.send(asked);
  return Attributes?.QueueArn ?? "";
}
