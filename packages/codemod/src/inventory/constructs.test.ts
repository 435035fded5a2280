import { expect, test } from "vitest";
import { TestProject } from "../test-project.test.support.ts";
import { topologyOf } from "../topology/topology-of.ts";

const STACK =
  'import { Stack } from "aws-cdk-lib";\nimport * as sqs from "aws-cdk-lib/aws-sqs";\nconst stack = new Stack();\nconst queue = new sqs.Queue(stack, "Jobs", { queueName: "jobs" });\nqueue.grantSendMessages(role);\n';

test.each([["test/stack.test.ts"], ["test/integration/stack.ts"], ["packages/infra/__tests__/stack.ts"]])(
  "a stack that only tests make is no part of the system: %s",
  async (name) => {
    using project = new TestProject({ [name]: STACK });
    const { inventory, findings } = await project.analyse();
    expect(inventory.nodes).toEqual([]);
    expect(topologyOf(inventory).topology.queues).toEqual([]);
    expect(findings).toEqual([]);
  },
);

test("a stack beside them is", async () => {
  using project = new TestProject({ "infra/stack.ts": STACK });
  const { inventory } = await project.analyse();
  expect(topologyOf(inventory).topology.queues).toEqual([{ name: "jobs" }]);
});

test("a name that spreads over lines in the code stands on one in the inventory", async () => {
  using project = new TestProject({
    "infra/stack.ts": STACK.replace("role", "factory\n      .role(\n        1,\n      )"),
  });
  const { inventory } = await project.analyse();
  expect(inventory.nodes.map(({ label }) => label)).toContain("factory .role( 1, )");
});

test.each([
  [
    "CDK, made in place",
    'import * as sqs from "aws-cdk-lib/aws-sqs";\nconst jobs = new sqs.Queue(this, "Jobs", { deadLetterQueue: { queue: new sqs.Queue(this, "Dead", { queueName: "dead" }), maxReceiveCount: 5 } });\n',
  ],
  ["SST", 'const dead = new sst.aws.Queue("Dead");\nconst jobs = new sst.aws.Queue("Jobs", { dlq: dead.arn });\n'],
  [
    "SST, with options",
    'const dead = new sst.aws.Queue("Dead");\nconst jobs = new sst.aws.Queue("Jobs", { dlq: { queue: dead.arn, retry: 5 } });\n',
  ],
  [
    "Pulumi's apply",
    'import * as aws from "@pulumi/aws";\nconst dead = new aws.sqs.Queue("dead");\nconst jobs = new aws.sqs.Queue("jobs", { redrivePolicy: dead.arn.apply((arn) => JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 5 })) });\n',
  ],
])("a dead-letter queue of %s", async (_what, text) => {
  using project = new TestProject({ "infra/queues.ts": text });
  const { inventory } = await project.analyse();
  expect(inventory.edges.map(({ role, joinedBy }) => `${role} ${joinedBy}`)).toEqual(["dead-letter reference"]);
});

test("a name in a constant is a name", async () => {
  using project = new TestProject({
    "infra/stack.ts": STACK.replace('queueName: "jobs"', "queueName: NAMES.jobs").replace(
      "const stack",
      'const NAMES = { jobs: "jobs" };\nconst stack',
    ),
  });
  const { inventory } = await project.analyse();
  expect(topologyOf(inventory).topology.queues).toEqual([{ name: "jobs" }]);
});

test("what SST links is found under its id", async () => {
  using project = new TestProject({
    "infra/queues.ts": 'export const queue = new sst.aws.Queue("Jobs", { visibilityTimeout: "2 minutes" });\n',
    "src/send.ts":
      'import { SendMessageCommand } from "@aws-sdk/client-sqs";\nimport { Resource } from "sst";\nnew SendMessageCommand({ QueueUrl: Resource.Jobs.url });\n',
  });
  const { inventory } = await project.analyse();
  expect(inventory.edges.map(({ to, joinedBy }) => `${to} ${joinedBy}`)).toEqual([
    "queue:infra/queues.ts#queue variable",
  ]);
  expect(inventory.resources[0]?.attributes).toEqual({ VisibilityTimeout: "120" });
});

test("Pulumi's onEvent is a consumer", async () => {
  using project = new TestProject({
    "index.js":
      'const aws = require("@pulumi/aws");\nconst queue = new aws.sqs.Queue("jobs");\nqueue.onEvent("work", (event) => event);\n',
  });
  const { inventory } = await project.analyse();
  expect(inventory.edges.map(({ role, operation }) => `${role} ${operation}`)).toEqual(["consumer onEvent"]);
});

test("what pushes and sends texts is told", async () => {
  using project = new TestProject({
    "index.js":
      'const aws = require("@pulumi/aws");\nnew aws.sns.PlatformApplication("app", { platform: "GCM" });\nnew aws.sns.SmsPreferences("sms", {});\n',
  });
  const { findings } = await project.analyse();
  expect(findings.map(({ code, line }) => `${code} ${line}`)).toEqual(["PUSH 2", "SMS 3"]);
});

const SOURCES = 'import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";\n';

test.each([
  ["an entry below the tool's folder", '{ entry: "src/jobs.ts" }', "fn.addEventSource(new SqsEventSource(queue));"],
  [
    "an entry beside the stack",
    '{ entry: path.join(__dirname, "../src/jobs.ts"), handler: "handler" }',
    "fn.addEventSource(new SqsEventSource(queue));",
  ],
  [
    "an entry in a template",
    "{ entry: `${__dirname}/../src/jobs.ts` }",
    "fn.addEventSource(new SqsEventSource(queue));",
  ],
  [
    "a folder",
    '{ code: lambda.Code.fromAsset(path.resolve(__dirname, "../src")), handler: "jobs.handler" }',
    "fn.addEventSource(new SqsEventSource(queue));",
  ],
  ["its own list of sources", '{ entry: "src/jobs.ts", events: [new SqsEventSource(queue)] }', ""],
])("the code of a function gets its events in CDK: %s", async (_what, options, rest) => {
  using project = new TestProject({
    "app/infra/stack.ts": `${SOURCES}${STACK.split("queue.grant")[0]}const fn = new NodejsFunction(stack, "Jobs", ${options});\n${rest}\n`,
    "app/src/jobs.ts": "export const handler = async (event) => event.Records.map((record) => record.body);\n",
  });
  const { inventory } = await project.analyse();
  const handlers = inventory.edges.filter(({ operation }) => operation === "Lambda handler");
  expect(handlers.map(({ from, joinedBy }) => `${from} ${joinedBy}`)).toEqual(["queue:jobs variable"]);
});

test.each([
  'sqs.Queue.fromQueueArn(stack, "Old", "arn:aws:sqs:eu-west-1:123456789012:old")',
  'sqs.Queue.fromQueueAttributes(stack, "Old", { queueArn: "arn:aws:sqs:eu-west-1:123456789012:old" })',
])("what is granted on a queue that is looked up is told, whatever its name: %s", async (text) => {
  using project = new TestProject({
    "infra/stack.ts": `import * as sqs from "aws-cdk-lib/aws-sqs";\nconst legacy = ${text};\nlegacy.grantSendMessages(role);\n`,
  });
  const { inventory, findings } = await project.analyse();
  expect(inventory.resources.map(({ name }) => name)).toEqual(["old"]);
  expect(inventory.edges.map(({ role, joinedBy }) => [role, joinedBy])).toEqual([["producer", "reference"]]);
  expect(findings.map(({ code }) => code)).toContain("IAM_POLICY");
});

test("SST's constructs of version 2 hand their messages to functions and queues, and are known by their ids", async () => {
  using project = new TestProject({
    "app/stacks/parcels.ts": `
import { KinesisStream, Queue, Topic } from "sst/constructs";
export function Parcels({ stack }) {
  const jobs = new Queue(stack, "Jobs", {
    cdk: { queue: { queueName: "jobs" } },
    consumer: { function: { handler: "src/jobs.handler" } },
  });
  const late = new Queue(stack, "Late");
  late.addConsumer(stack, "src/late.handler");
  const news = new Topic(stack, "News", { subscribers: { log: "src/log.handler", jobs, again: { type: "queue", queue: late } } });
  new KinesisStream(stack, "Clicks", { consumers: { one: { function: "src/clicks.handler" } } });
}
`,
    "app/src/jobs.ts": `
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { Queue } from "sst/node/queue";
const sqs = new SQSClient({});
export const handler = async (event: SQSEvent) => {
  await sqs.send(new SendMessageCommand({ QueueUrl: Queue.Late.queueUrl, MessageBody: event.Records[0].body }));
};
`,
  });
  const { inventory, findings } = await project.analyse();
  const labels = new Map(inventory.nodes.map(({ id, label }) => [id, label]));
  const edges = inventory.edges.map(({ from, to, operation }) =>
    [labels.get(from), labels.get(to), operation].join(" > "),
  );
  expect(edges.toSorted()).toEqual([
    "Clicks > src/clicks.handler > consumer",
    "app/src/jobs.ts · handler > late > SendMessage",
    "jobs > app/src/jobs.ts > Lambda handler",
    "jobs > src/jobs.handler > consumer",
    "late > src/late.handler > consumer",
    "news > jobs > sqs",
    "news > late > sqs",
    "news > src/log.handler > subscriber",
  ]);
  expect(findings.filter(({ code }) => code === "LAMBDA_EVENT_SOURCE")).toHaveLength(4);
});

test("a queue that another construct holds is found, whatever holds it", async () => {
  using project = new TestProject({
    "infra/storage.ts": `
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
export class Storage {
  constructor(scope) { this.payments = new SqsQueue(scope, "payments", { name: "payments" }); }
}
`,
    "infra/functions.ts": `
import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
export function functions(scope, storage) {
  const source = storage.payments;
  new LambdaEventSourceMapping(scope, "mapping", { eventSourceArn: source.arn, functionName: "pay" });
  const topic = new SnsTopic(scope, "sales", { name: "sales" });
  new SnsTopicSubscription(scope, "sub", {
    topicArn: topic.arn,
    protocol: "sqs",
    endpoint: storage.payments.arn,
    filterPolicy: JSON.stringify({ kind: ["paid"] }),
  });
}
`,
  });
  const { inventory } = await project.analyse();
  expect(inventory.edges.map(({ from, to, operation, joinedBy }) => [from, to, operation, joinedBy])).toEqual([
    ["queue:payments", "actor:infra/functions.ts · functions", "LambdaEventSourceMapping", "reference"],
    ["topic:sales", "queue:payments", "sqs, filtered", "reference"],
  ]);
});

test("a variable that is made of itself is no endless way", async () => {
  using project = new TestProject({
    "infra/stack.js":
      'const { Queue } = require("aws-cdk-lib/aws-sqs");\nvar queue = queue.inner;\nnew Queue(this, "Q", { queueName: "q" });\nqueue.grantSendMessages(fn);\n',
  });
  const { inventory, skipped } = await project.analyse();
  expect(skipped).toEqual([]);
  expect(inventory.resources.map(({ name }) => name)).toEqual(["q"]);
});
