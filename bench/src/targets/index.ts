import { KinesisClient } from "@aws-sdk/client-kinesis";
import { SNSClient as AwsSNSClient } from "@aws-sdk/client-sns";
import { SQSClient as AwsSQSClient } from "@aws-sdk/client-sqs";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { SNSClient } from "@warrenmq/client-sns";
import { SQSClient } from "@warrenmq/client-sqs";
import { WorkloadError } from "../workload/workload-error.ts";
import { fakeTarget } from "./fake-target.ts";
import { kinesisTarget } from "./kinesis-target.ts";
import { npmStreamTarget } from "./npm-stream-target.ts";
import { plainAmqpTarget } from "./plain-amqp-target.ts";
import { sqsTarget } from "./sqs-target.ts";
import { streamTarget } from "./stream-target.ts";
import type { Endpoint, Target } from "./target.ts";
import { warrenmqKinesisTargets } from "./warrenmq-kinesis.ts";

const BOTH = ["poll", "push"] as const;

/** WarrenMQ's SQS and SNS. */
const sqs = sqsTarget(
  { name: "sqs", title: "@warrenmq/client-sqs and client-sns", needs: ["amqpUrl"] },
  ({ amqpUrl = "" }) => {
    const rabbitmq = { url: amqpUrl };
    return { sqs: new SQSClient({ rabbitmq }), sns: new SNSClient({ rabbitmq }) };
  },
);

const awsSqs = sqsTarget(
  { name: "aws-sqs", title: "the AWS SDK's SQS and SNS clients over HTTP", needs: [] },
  (endpoint) => ({ sqs: new AwsSQSClient(awsOptions(endpoint)), sns: new AwsSNSClient(awsOptions(endpoint)) }),
);

const fauxqs = sqsTarget(
  { name: "fauxqs", title: "the AWS SDK against the local emulator fauxqs", needs: ["awsEndpoint"] },
  (endpoint) => ({ sqs: new AwsSQSClient(awsOptions(endpoint)), sns: new AwsSNSClient(awsOptions(endpoint)) }),
);

/** Kinesis' client speaks HTTP/2, which AWS needs for SubscribeToShard; emulators speak HTTP/1.1. */
function awsKinesisClient(endpoint: Endpoint): KinesisClient {
  const isPlain = endpoint.awsEndpoint?.startsWith("http:") ?? false;
  return new KinesisClient({ ...awsOptions(endpoint), ...(isPlain ? { requestHandler: new NodeHttpHandler() } : {}) });
}

const awsKinesis = kinesisTarget(
  {
    name: "aws-kinesis",
    title: "the AWS SDK's Kinesis client over HTTP",
    needs: [],
    readings: BOTH,
    canReshard: true,
    canResume: false,
  },
  awsKinesisClient,
);

const kinesalite = kinesisTarget(
  {
    name: "kinesalite",
    title: "the AWS SDK against the local emulator kinesalite",
    needs: ["awsEndpoint"],
    readings: ["poll"],
    canReshard: false,
    canResume: false,
  },
  awsKinesisClient,
);

const TARGETS: readonly Target[] = [
  sqs,
  ...warrenmqKinesisTargets,
  streamTarget,
  plainAmqpTarget,
  npmStreamTarget,
  awsSqs,
  awsKinesis,
  fauxqs,
  kinesalite,
  fakeTarget,
];

/** What a user can name: everything but the one that only tests need. */
export function targetNames(): string[] {
  return TARGETS.map(({ name }) => name).filter((name) => name !== fakeTarget.name);
}

/** @throws WorkloadError when there is no such target */
export function targetNamed(name: string): Target {
  const found = TARGETS.find((target) => target.name === name);
  if (found !== undefined) return found;
  throw new WorkloadError(`there is no target "${name}"; there are: ${targetNames().join(", ")}`);
}

/** Against AWS itself, region and credentials come from where the SDK always looks for them. An emulator takes any. */
function awsOptions({ awsEndpoint }: Endpoint): {
  endpoint?: string;
  region?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
} {
  if (awsEndpoint === undefined) return {};
  const region = process.env["AWS_REGION"] ?? "us-east-1";
  if (process.env["AWS_ACCESS_KEY_ID"] !== undefined) return { endpoint: awsEndpoint, region };
  return { endpoint: awsEndpoint, region, credentials: { accessKeyId: "bench", secretAccessKey: "bench" } };
}
