import { SendMessageCommand } from "@warrenmq/client-sqs";
import { startProxy } from "@warrenmq/testing";
import { runClosedLoop } from "../method/closed-loop.ts";
import type { FigureSpec } from "../method/figure.ts";
import { interleave } from "../method/interleave.ts";
import { p50Ms } from "../method/round.ts";
import type { Bench, Scenario } from "../method/scenario.ts";
import { median, spread } from "../method/statistics.ts";
import { MESSAGE_BODY, MESSAGE_CONTENT } from "../sqs/message-body.ts";
import { openPlainAmqp } from "../sqs/plain-amqp.ts";
import { openSqsQueue } from "../sqs/sqs-queue.ts";
import type { SqsQueue } from "../sqs/sqs-queue.ts";

/** Each way. So slow that a send takes as long as its round trips, whatever else the machine does. */
const NETWORK_DELAY_MS = 50;
/** Sends in a turn: each takes two or four times the delay. */
const TURN_MS = 2_000;

const figure: FigureSpec = {
  name: "fifo-deduplication",
  title: "Round trips that SendMessage to a FIFO queue takes more than to a standard queue, to a tenth",
  unit: "round trips",
  target: { atMost: 1 },
};

/**
 * Sends one at a time through a proxy that delays every byte. The p50 of a plain publish and its confirm is one round
 * trip, and the unit of the p50 of the other sends.
 */
export const deduplication: Scenario = {
  name: figure.name,
  figures: [figure],
  measure: async (bench) => {
    await using proxy = await startProxy({ target: bench.broker.url });
    await using fifo = await openSqsQueue(proxy.url, { fifo: true });
    await using standard = await openSqsQueue(proxy.url);
    await using plain = await openPlainAmqp(proxy.url);
    const calls = [
      () => sendTo(fifo),
      () => sendTo(standard),
      () => plain.publish(standard.name, MESSAGE_CONTENT),
    ] as const;
    for (const call of calls) await call(); // declares what the first send declares
    const near = await medians(bench, calls, bench.effort.roundMs);
    proxy.delay({ toBrokerMs: NETWORK_DELAY_MS, toClientMs: NETWORK_DELAY_MS });
    const far = await medians(bench, calls, TURN_MS);
    await proxy.restore();
    const more = far.fifo.map(
      (value, round) => (value - (far.standard[round] ?? 0)) / (far.plain[round] ?? Number.NaN),
    );
    return {
      [figure.name]: {
        value: Math.round(median(more) * 10) / 10,
        spread: spread(more),
        details: { "p50 ms, 100 ms away": summary(far), "p50 ms, 0 ms away": summary(near) },
      },
    };
  },
};

interface Medians {
  readonly fifo: readonly number[];
  readonly standard: readonly number[];
  readonly plain: readonly number[];
}

/** The median duration of each side's call, round by round. */
async function medians(bench: Bench, calls: readonly (() => Promise<unknown>)[], durationMs: number): Promise<Medians> {
  const rounds = Math.ceil(bench.effort.rounds / 3);
  bench.progress.expect((rounds + 1) * calls.length);
  const sides = calls.map((call) => async () => p50Ms(await runClosedLoop({ inFlight: 1, durationMs, call })));
  const onTurn = (): void => bench.progress.advance();
  const interleaved = interleave(sides, { rounds, warmUpRounds: 1, signal: bench.signal, onTurn });
  const [fifo = [], standard = [], plain = []] = await interleaved;
  return { fifo, standard, plain };
}

function summary({ fifo, standard, plain }: Medians): Readonly<Record<string, number>> {
  return { fifo: median(fifo), standard: median(standard), plain: median(plain) };
}

function sendTo({ client, url: QueueUrl, fifo }: SqsQueue): Promise<unknown> {
  const order = fifo ? { MessageGroupId: "group", MessageDeduplicationId: crypto.randomUUID() } : {};
  return client.send(new SendMessageCommand({ QueueUrl, MessageBody: MESSAGE_BODY, ...order }));
}
