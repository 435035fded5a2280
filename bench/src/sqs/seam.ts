import { SQSClient as AwsSQSClient, SendMessageCommand, SQSServiceException } from "@aws-sdk/client-sqs";
import { attachSeam, resolveClientConfig } from "@warrenmq/core/internal";
import type { Operation } from "@warrenmq/core/internal";
import xray from "aws-xray-sdk-core";
import type { FigureSpec, Measurement } from "../method/figure.ts";
import { interleave } from "../method/interleave.ts";
import type { Scenario } from "../method/scenario.ts";
import { median, spread } from "../method/statistics.ts";
import { startClock, sum } from "../method/stopwatch.ts";
import type { Duration } from "../method/stopwatch.ts";
import { MESSAGE_BODY } from "./message-body.ts";

/** A tracer opens a segment for each request that an application handles, and the application makes some calls in it. */
const CALLS_PER_SEGMENT = 20;

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
    const variants = [plainCalls, abortableCalls, tracedCalls];
    const { rounds, warmUpRounds, localCalls } = effort;
    progress.expect((rounds + warmUpRounds) * variants.length);
    const turns = variants.map((variant) => () => variant(localCalls));
    const results = await interleave(turns, { rounds, warmUpRounds, signal, onTurn: () => progress.advance() });
    const [plainRounds = [], abortableRounds = [], tracedRounds = []] = results;
    return {
      [plain.name]: measurement(plainRounds, localCalls),
      [abortable.name]: measurement(abortableRounds, localCalls),
      [traced.name]: measurement(tracedRounds, localCalls),
    };
  },
};

const noOp: Operation<unknown, unknown, object> = {
  status: "supported",
  difference: "",
  run: () => Promise.resolve({ MessageId: "5fea7756-0ea4-451a-a703-a558b933e274" }),
};

/** A client of which nothing is WarrenMQ's but the seam. */
class SQSClient extends AwsSQSClient {
  constructor() {
    super(resolveClientConfig({}));
    attachSeam(this, {
      serviceName: "SQS",
      operations: { SendMessage: noOp },
      exceptions: {
        base: SQSServiceException,
        namespace: "com.amazonaws.sqs",
        queryCompatible: true,
        modelled: {},
        unmodelled: {},
      },
      contextFor: (call) => call,
    });
  }
}

const plainClient = new SQSClient();

async function plainCalls(calls: number): Promise<Duration> {
  const elapsed = startClock();
  for (let call = 0; call < calls; call++) await plainClient.send(command());
  return elapsed();
}

async function abortableCalls(calls: number): Promise<Duration> {
  const { signal: abortSignal } = new AbortController();
  const elapsed = startClock();
  for (let call = 0; call < calls; call++) await plainClient.send(command(), { abortSignal });
  return elapsed();
}

async function tracedCalls(calls: number): Promise<Duration> {
  xray.enableManualMode();
  xray.setLogger(silentLogger);
  const client = new SQSClient();
  const durations: Duration[] = [];
  for (let done = 0; done < calls; done += CALLS_PER_SEGMENT) {
    const segment = new xray.Segment("request");
    xray.captureAWSv3Client(client, segment);
    const elapsed = startClock();
    for (let call = 0; call < CALLS_PER_SEGMENT; call++) await client.send(command());
    durations.push(elapsed());
    if (segment.subsegments?.length !== CALLS_PER_SEGMENT) throw new Error("X-Ray has not traced every call");
  }
  return sum(durations);
}

function command(): SendMessageCommand {
  return new SendMessageCommand({
    QueueUrl: "https://sqs.us-east-1.amazonaws.com/1/orders",
    MessageBody: MESSAGE_BODY,
  });
}

function measurement(rounds: readonly Duration[], calls: number): Measurement {
  const microseconds = (durationMs: number): number => (durationMs * 1000) / calls;
  const cpu = spread(rounds.map(({ cpuMs }) => microseconds(cpuMs)));
  const clock = median(rounds.map(({ wallMs }) => microseconds(wallMs)));
  return { value: cpu.median, spread: cpu, details: { "by the clock": { us: clock } } };
}

const silentLogger = {
  debug: (): void => undefined,
  info: (): void => undefined,
  warn: (): void => undefined,
  error: (): void => undefined,
};
