import type { FigureSpec, Measurement } from "../method/figure.ts";
import { interleave } from "../method/interleave.ts";
import type { Scenario } from "../method/scenario.ts";
import { median, spread } from "../method/statistics.ts";
import { startClock } from "../method/stopwatch.ts";
import type { Duration } from "../method/stopwatch.ts";
import { WorkerProcess } from "../worker-process.ts";
import { SeamClient, seamCommand } from "./seam-client.ts";
import type { TracedCallsInput, TracedCallsReport } from "./workers/traced-calls.ts";

const plain: FigureSpec = {
  name: "seam",
  title: "CPU time of one call through the AWS SDK to an operation that does nothing",
  unit: "µs",
  target: { atMost: 20 },
};
const abortable: FigureSpec = {
  name: "seam-abort-signal",
  title: "The same with an abortSignal",
  unit: "µs",
  target: { atMost: 60 },
};
const traced: FigureSpec = {
  name: "seam-x-ray",
  title: "The same on a client that AWS X-Ray captured, in manual mode",
  unit: "µs",
  target: { atMost: 60 },
};

/**
 * What the seam itself costs, without a broker: an AWS SDK client whose operation answers at once. Counted in CPU time,
 * which is what it takes from the application, and which other work on the machine does not change.
 */
export const seam: Scenario = {
  name: "seam",
  figures: [plain, abortable, traced],
  measure: async ({ effort, progress, signal }) => {
    const { rounds, warmUpRounds, localCalls } = effort;
    const client = new SeamClient();
    const turns = [() => plainCalls(client, localCalls), () => abortableCalls(client, localCalls)];
    progress.expect((rounds + warmUpRounds) * turns.length);
    const onTurn = (): void => progress.advance();
    const [plainRounds = [], abortableRounds = []] = await interleave(turns, { rounds, warmUpRounds, signal, onTurn });
    const tracedRounds = await tracedCalls({ rounds: rounds + warmUpRounds, callsPerRound: localCalls });
    return {
      [plain.name]: measurement(plainRounds, localCalls),
      [abortable.name]: measurement(abortableRounds, localCalls),
      [traced.name]: measurement(tracedRounds.slice(warmUpRounds), localCalls),
    };
  },
};

async function tracedCalls(input: TracedCallsInput): Promise<readonly Duration[]> {
  const script = new URL("workers/traced-calls.js", import.meta.url);
  await using worker = new WorkerProcess<TracedCallsReport>(script, input);
  return (await worker.next()).rounds;
}

async function plainCalls(client: SeamClient, calls: number): Promise<Duration> {
  const elapsed = startClock();
  for (let call = 0; call < calls; call++) await client.send(seamCommand());
  return elapsed();
}

async function abortableCalls(client: SeamClient, calls: number): Promise<Duration> {
  const { signal: abortSignal } = new AbortController();
  const elapsed = startClock();
  for (let call = 0; call < calls; call++) await client.send(seamCommand(), { abortSignal });
  return elapsed();
}

function measurement(rounds: readonly Duration[], calls: number): Measurement {
  const microseconds = (durationMs: number): number => (durationMs * 1000) / calls;
  const cpu = spread(rounds.map(({ cpuMs }) => microseconds(cpuMs)));
  const clock = median(rounds.map(({ wallMs }) => microseconds(wallMs)));
  return { value: cpu.median, spread: cpu, details: { "by the clock": { us: clock } } };
}
