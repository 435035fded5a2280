import { compareSides, ratioOf } from "../method/compare.ts";
import type { FigureSpec } from "../method/figure.ts";
import { perSecond } from "../method/round.ts";
import type { Scenario } from "../method/scenario.ts";
import { spread } from "../method/statistics.ts";
import { openSqsQueue } from "../sqs/sqs-queue.ts";
import { passThrough } from "./pass-through.ts";

const rate: FigureSpec = {
  name: "fifo-rate",
  title: "Messages a second sent, received in order and deleted on a FIFO queue: 16 groups, batches of 10",
  unit: "/s",
  target: { atLeast: 3_000 },
};
const ratio: FigureSpec = {
  name: "fifo-ratio",
  title: "The same rate ÷ that of the same loop on a standard queue",
  unit: "×",
  target: { atLeast: 0.5 },
};

/** One loop, on a FIFO queue and on a standard queue in turns. */
export const endToEnd: Scenario = {
  name: "fifo-end-to-end",
  figures: [rate, ratio],
  measure: async (bench) => {
    await using fifo = await openSqsQueue(bench.broker.url, { fifo: true });
    await using standard = await openSqsQueue(bench.broker.url);
    const messages = bench.effort.backlog / 3;
    const compared = await compareSides(bench, {
      subject: { name: "fifo", round: () => passThrough(fifo, messages) },
      baseline: { name: "standard", round: () => passThrough(standard, messages) },
      metric: perSecond,
    });
    const rates = spread(compared.subjects.map(perSecond));
    return { [rate.name]: { value: rates.median, spread: rates }, [ratio.name]: ratioOf(compared) };
  },
};
