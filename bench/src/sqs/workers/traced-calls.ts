// Calls on a client that AWS X-Ray captured, in a process of their own: X-Ray turns Node's async hooks on, which makes
// every promise of the process dearer, and nothing turns them off again.
import xray from "aws-xray-sdk-core";
import { startClock, sum } from "../../method/stopwatch.ts";
import type { Duration } from "../../method/stopwatch.ts";
import { tell, workerInput } from "../../worker-process.ts";
import { SeamClient, seamCommand } from "../seam-client.ts";

/** What the process is started with. */
export interface TracedCallsInput {
  readonly rounds: number;
  readonly callsPerRound: number;
}

/** What it tells at the end. */
export interface TracedCallsReport {
  readonly rounds: readonly Duration[];
}

/** A tracer opens a segment for each request that an application handles, and the application makes some calls in it. */
const CALLS_PER_SEGMENT = 20;

const { rounds, callsPerRound }: TracedCallsInput = JSON.parse(workerInput());
const silent = (): void => undefined;
xray.enableManualMode();
xray.setLogger({ debug: silent, info: silent, warn: silent, error: silent });
const durations: Duration[] = [];
for (let round = 0; round < rounds; round++) durations.push(await tracedRound());
tell({ rounds: durations } satisfies TracedCallsReport);

async function tracedRound(): Promise<Duration> {
  const client = new SeamClient();
  const segments: Duration[] = [];
  for (let done = 0; done < callsPerRound; done += CALLS_PER_SEGMENT) {
    const segment = new xray.Segment("request");
    xray.captureAWSv3Client(client, segment);
    const elapsed = startClock();
    for (let call = 0; call < CALLS_PER_SEGMENT; call++) await client.send(seamCommand());
    segments.push(elapsed());
    if (segment.subsegments?.length !== CALLS_PER_SEGMENT) throw new Error("X-Ray has not traced every call");
  }
  return sum(segments);
}
