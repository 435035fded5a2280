import { SQSClient as AwsSQSClient } from "@aws-sdk/client-sqs";
import { SendMessageCommand } from "@warrenmq/client-sqs";
import { runClosedLoop } from "../method/closed-loop.ts";
import { compare } from "../method/compare.ts";
import type { FigureSpec } from "../method/figure.ts";
import { perSecond } from "../method/round.ts";
import type { Round } from "../method/round.ts";
import type { Scenario } from "../method/scenario.ts";
import { WorkerProcess } from "../worker-process.ts";
import { MESSAGE_BODY, MESSAGE_CONTENT } from "./message-body.ts";
import { openPlainAmqp } from "./plain-amqp.ts";
import { openSqsQueue } from "./sqs-queue.ts";
import type { AwsEndpointInput, AwsEndpointReady } from "./workers/aws-endpoint.ts";

const IN_FLIGHT = 32;

const figure: FigureSpec = {
  name: "aws-sdk",
  title: "SendMessage with 32 in flight, rate ÷ that of the AWS SDK over HTTP to a local server that stores nothing",
  unit: "×",
  target: { atLeast: 8 },
};

/**
 * WarrenMQ with a broker that stores every message, against the real AWS SDK with a server that answers at no cost; amqplib
 * beside them, since with 32 in flight it is the broker that is waited for.
 */
export const awsSdk: Scenario = {
  name: figure.name,
  figures: [figure],
  measure: async (bench) => {
    await using queue = await openSqsQueue(bench.broker.url);
    await using plain = await openPlainAmqp(bench.broker.url);
    const script = new URL("workers/aws-endpoint.js", import.meta.url);
    const input: AwsEndpointInput = { messageBody: MESSAGE_BODY };
    await using server = new WorkerProcess<AwsEndpointReady>(script, input);
    const { endpoint } = await server.next();
    const aws = awsClient(endpoint);
    const round = (call: () => Promise<unknown>): Promise<Round> =>
      runClosedLoop({ inFlight: IN_FLIGHT, durationMs: bench.effort.roundMs, call });
    const stored = async (call: () => Promise<unknown>): Promise<Round> => {
      const result = await round(call);
      await plain.purge(queue.name);
      return result;
    };
    const measured = await compare(bench, {
      subject: { name: "warrenmq", round: () => stored(sends(queue.client, queue.url)) },
      baseline: { name: "aws-sdk", round: () => round(sends(aws, `${endpoint}/000000000000/orders`)) },
      beside: { name: "amqplib", round: () => stored(() => plain.publish(queue.name, MESSAGE_CONTENT)) },
      metric: perSecond,
    });
    aws.destroy();
    return { [figure.name]: measured };
  },
};

/** One and the same call, whoever's the client is. */
function sends(client: AwsSQSClient, QueueUrl: string): () => Promise<unknown> {
  return () => client.send(new SendMessageCommand({ QueueUrl, MessageBody: MESSAGE_BODY }));
}

/** The real client as an application has it: keep-alive and up to 50 sockets are its defaults. */
function awsClient(endpoint: string): AwsSQSClient {
  const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
  return new AwsSQSClient({ endpoint, region: "eu-central-1", credentials });
}
